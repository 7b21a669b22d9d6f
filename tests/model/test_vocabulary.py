"""What `vocabulary` promises: every key and closed value has its name in each language and one meaning only."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from yishi.model.keys import key_table, meaning
from yishi.model.kinds import KINDS
from yishi.model.language import LANGUAGES
from yishi.model.records import Item, Model, Place
from yishi.model.vocabulary import (
    SITE_VOCABULARIES,
    Term,
    build_vocabulary,
    create_term,
    extend_vocabulary,
    find_nearest_word,
    get_built_in_vocabulary,
    get_key_meanings,
    get_key_names,
    load_vocabulary,
    normalize_word,
    translate_phrase,
)

MODEL = (Path(__file__).parents[2] / "docs" / "content-model.md").read_text("utf-8")
TERMS = [(name, term) for name, terms in get_built_in_vocabulary().terms.items() for term in terms.values()]


def _models() -> Iterator[type[Model]]:
    """Every model of a record, and of its parts at any depth."""
    waiting: list[type[Model]] = [spec.model for spec in KINDS.values()]
    seen: set[type[Model]] = set()
    while waiting:
        model = waiting.pop()
        if model not in seen:
            seen.add(model)
            yield model
            waiting += [part.model for part in key_table(model).specs.values() if part.model]


ALL_MODELS = sorted(_models(), key=lambda model: model.__name__)


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model.__name__)
def test_every_key_has_one_chinese_name(model: type[Model]) -> None:
    """Each key can be written in English and in Chinese, and no two keys of one part share a name."""
    keys = [name for name in key_table(model).specs if model.__name__ != "Body"]
    assert [key for key in keys if key not in get_key_names()] == []
    chinese = {key: key_table(model).both_names(key).split()[0] for key in keys}
    assert len(set(chinese.values())) == len(keys)
    assert {key_table(model).names[name] for name in chinese.values()} == set(keys)


def test_no_chinese_name_belongs_to_a_key_that_is_gone() -> None:
    """The list of names holds no key that no record has."""
    used = {key for model in ALL_MODELS for key in key_table(model).specs}
    own = {f"{model.__name__.lower()}.{key}" for model in ALL_MODELS for key in key_table(model).specs}
    assert set(get_key_names()) - used - own == set()


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model.__name__)
def test_every_key_says_what_it_means_in_each_language(model: type[Model]) -> None:
    """One short text for each shipped language, and none that two keys of one part share."""
    keys = [key for key in key_table(model).specs if model.__name__ != "Body"]
    texts = [meaning(model, key) for key in keys]
    assert all(set(text) == set(LANGUAGES) and all(0 < len(said) <= 100 for said in text.values()) for text in texts)
    assert len({text["en"] for text in texts}) == len(keys)


def test_no_meaning_belongs_to_a_key_that_is_gone() -> None:
    """The list of meanings explains no key that no record has."""
    used = {key for model in ALL_MODELS for key in key_table(model).specs}
    own = {f"{model.__name__.lower()}.{key}" for model in ALL_MODELS for key in key_table(model).specs}
    assert set(get_key_meanings()) - used - own == set()


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("title", "标题"),
        ("topic", "主题"),
        ("raised", "提出"),
        ("log", "进展"),
        ("summary", "简介"),
        ("body", "正文"),
        ("location", "位置"),
        ("method", "工作法"),
        ("level", "层级"),
        ("channel", "来源渠道"),
        ("derived_from", "衍生自"),
        ("duplicate_of", "重复于"),
        ("participants", "参与方"),
        ("causes", "原因"),
        ("constraints", "制约"),
        ("options", "备选方案"),
        ("decision", "议定结果"),
        ("lead", "牵头"),
        ("partners", "协办"),
        ("objections", "异议"),
        ("funding", "资金"),
        ("due", "承诺期限"),
        ("outcome", "成效"),
        ("followups", "回访"),
        ("disclosure", "公示"),
        ("close_reason", "未解决原因"),
        ("quantities", "数量"),
        ("photos", "图片"),
        ("wall", "便签"),
        ("aliases", "别名"),
        ("source", "来源"),
        ("updated", "更新"),
        ("translations", "译文"),
        ("basis", "依据"),
        ("corrections", "更正"),
        ("draft", "草稿"),
        ("reviewed_by", "审核"),
        ("notes", "备注"),
        ("name", "名称"),
        ("kind", "类别"),
        ("expected_communities", "应有社区数"),
        ("households", "户数"),
        ("office", "办公点"),
        ("hotline", "热线"),
        ("geometry", "边界"),
        ("old_compound", "老旧"),
        ("built", "建成年"),
        ("lessons", "经验"),
        ("transferable", "可推广条件"),
        ("filing", "备案号"),
        ("tiers", "联动"),
    ],
)
def test_the_names_of_the_content_model_hold(key: str, name: str) -> None:
    """The Chinese names that the content model gives are the ones that are read."""
    assert get_key_names()[key] == name


def test_a_key_may_be_called_otherwise_in_one_model() -> None:
    """The code of a place is its 区划代码, the code of a plot its 编号."""
    assert key_table(Place).both_names("code") == "区划代码 code"
    assert key_table(Item).both_names("code") == "编号 code"


@pytest.mark.parametrize(("name", "term"), TERMS, ids=lambda value: value if isinstance(value, str) else value.key)
def test_every_closed_value_has_both_labels(name: str, term: Term) -> None:
    """A value is shown and may be written in Chinese and in English."""
    assert set(term.labels) == {"zh-Hans", "en"}
    assert all(term.labels.values())
    assert {get_built_in_vocabulary().key(name, word)
            for word in (term.key, *term.labels.values(), *term.synonyms)} == {term.key}


@pytest.mark.parametrize("name", sorted(get_built_in_vocabulary().terms))
def test_no_word_means_two_values(name: str) -> None:
    """Within one vocabulary every key, label and further word stands for one value, whatever its case and width."""
    owners: dict[str, set[str]] = {}
    for term in get_built_in_vocabulary().terms[name].values():
        for word in (term.key, *term.labels.values(), *term.synonyms):
            owners.setdefault(normalize_word(word), set()).add(term.key)
    assert {word: keys for word, keys in owners.items() if len(keys) > 1} == {}


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        (
            "topic",
            "leaks lighting sewage parking shared_bikes traffic lifts buildings_roads illegal_structures greening "
            "waste flooding ebikes fitness_seating elder_child fire other",
        ),
        (
            "stakeholder",
            "resident owners property_company residents_committee party_org community_worker grid_worker building_head "
            "town_office department utility business social_org volunteer expert deputy party_member active_resident "
            "rescue_team youth elder",
        ),
        ("channel", "survey meeting hotline_12345 grid online wall other"),
        ("close_reason", "referred no_agreement not_feasible out_of_scope duplicate withdrawn"),
        ("outcome_kind", "facility_renovation micro_renewal environment rule service safety dispute_settled"),
        ("phase", "raise clarify deliberate decide implement close review"),
        ("reserved_stage", "raised resolved closed reopened not_reported"),
        ("status", "new in_progress resolved closed unknown"),
        ("rule", "consensus majority two_thirds hearing other"),
        ("evidence", "document photo field_visit press_only re_enactment"),
        ("precision", "exact about over at_least unknown"),
        ("followup_result", "holds partly failed"),
        ("location_kind", "compound public_space green_plot road building"),
        ("place_kind", "province city district town subdistrict community village"),
        ("engagement", "inform consult involve collaborate empower"),
        ("basis", "own press"),
        ("photo_time", "before after"),
    ],
)
def test_the_values_are_those_of_the_content_model(name: str, keys: str) -> None:
    """Each vocabulary holds exactly the values that the content model lists, in its order."""
    assert list(get_built_in_vocabulary().terms[name]) == keys.split()


def test_every_topic_stands_in_a_group_that_exists() -> None:
    """Topics are shown in groups; a group is never itself a value of `topic`."""
    topics = get_built_in_vocabulary().terms["topic"]
    assert {term.group for term in topics.values()} == set(get_built_in_vocabulary().groups)
    assert get_built_in_vocabulary().key("topic", "property") is None
    assert get_built_in_vocabulary().key("topic", "物业提升") is None


@pytest.mark.parametrize("text", ["lighting", "LIGHTING", "Lighting", "照明", " 照明 ", "ｌｉｇｈｔｉｎｇ"])
def test_a_value_is_known_by_key_and_label_whatever_its_width_and_case(text: str) -> None:
    """Full-width letters, capitals and blanks around a word change nothing."""
    assert get_built_in_vocabulary().key("topic", text) == "lighting"


@pytest.mark.parametrize("name", SITE_VOCABULARIES)
def test_a_site_adds_its_own_values(name: str) -> None:
    """The site's values stand beside the built-in ones, known by key and label."""
    own = {"fair": create_term("fair", {"en": "Fair day", "zh-Hans": "赶集"})}
    vocabulary = extend_vocabulary(get_built_in_vocabulary(), name, own, {})
    assert vocabulary.key(name, "赶集") == vocabulary.key(name, "Fair day") == "fair"
    assert vocabulary.label(name, "fair", "en") == "Fair day"
    assert list(vocabulary.terms[name]) == [*get_built_in_vocabulary().terms[name], "fair"]
    assert get_built_in_vocabulary().key(name, "赶集") is None, "the built-in vocabulary stays as it is"


@pytest.mark.parametrize("name", ["status", "rating"])
def test_every_status_and_rating_is_told_by_its_word_and_its_own_shape(name: str) -> None:
    """A label in each language and a shape that no other value has: colour is never the only sign."""
    terms = get_built_in_vocabulary().terms[name].values()
    assert all({"zh-Hans", "en"} <= term.labels.keys() and term.shape for term in terms)
    assert len({term.shape for term in terms}) == len(terms)


def test_every_status_has_a_colour_of_its_own_and_is_open_or_not() -> None:
    """The colours are those that methods may choose too, and those that the content model says."""
    statuses = get_built_in_vocabulary().terms["status"]
    assert {term.colour for term in statuses.values()} <= get_built_in_vocabulary().terms["colour"].keys()
    assert len({term.colour for term in statuses.values()}) == len(statuses)
    stated = re.search(r"by default (.*?)\. It always stands", " ".join(MODEL.split()))
    assert stated
    colours = dict(re.findall(r"(\w+) (?:is )?(\w+)(?:,|$)", stated[1]))
    assert colours == {key: term.colour for key, term in statuses.items()}
    assert {key for key, term in statuses.items() if term.open} == {"new", "in_progress"}


@pytest.mark.parametrize("name", SITE_VOCABULARIES)
def test_a_site_replaces_the_built_in_values(name: str) -> None:
    """With `replacing`, only the site's own values hold, in this vocabulary alone."""
    own = {"fair": create_term("fair", {"en": "Fair day"})}
    vocabulary = extend_vocabulary(get_built_in_vocabulary(), name, own, {}, replacing=True)
    assert list(vocabulary.terms[name]) == ["fair"]
    assert vocabulary.key(name, "other") is None
    assert vocabulary.key("status", "新提出") == "new"


def test_a_label_missing_in_one_language_is_shown_in_another() -> None:
    """A site's value without a label in the page's language shows the label it has, and without any its key."""
    assert create_term("fair", {"en": "Fair day"}).label("zh-Hans") == "Fair day"
    assert create_term("fair", {}).label("en") == "fair"
    assert build_vocabulary({"topic": {}}, {}).label("topic", "gone", "en") == "gone"


@pytest.mark.parametrize(
    ("text", "meant"), [("绿花", "绿化"), ("lightning", "Lighting"), ("照名", "照明"), ("xyzzy", None), ("", None)]
)
def test_the_nearest_word_is_proposed_only_if_it_is_near(text: str, meant: str | None) -> None:
    """A slip of one letter or character is recognised; a wholly different word proposes nothing."""
    assert get_built_in_vocabulary().nearest("topic", text) == meant


def test_nearest_gives_the_word_as_it_was_listed() -> None:
    """The proposal is the accepted spelling, not its folded form."""
    assert find_nearest_word("PLaces", ["Places", "Pages"]) == "Places"


def test_phrases_are_in_every_language_and_stand_once() -> None:
    """What many records write is said in the language of the page; a phrase in Chinese means one thing."""
    phrases = load_vocabulary()["phrases"]
    assert {frozenset(phrase) for phrase in phrases} == {frozenset({"zh-Hans", "en"})}
    chinese = [phrase["zh-Hans"] for phrase in phrases]
    assert len(set(chinese)) == len(chinese)
    assert translate_phrase("情景模拟")["en"] == "Scene simulation"
    assert translate_phrase("照明") == get_built_in_vocabulary().terms["topic"]["lighting"].labels
    assert translate_phrase("something else") == {}
