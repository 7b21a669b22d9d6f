"""Chinese names of keys, and labels of closed values, as content model §3-5 and the published schemas give them."""

KEYS = {
    "标题": "title", "名称": "name", "类别": "kind", "主题": "topic", "提出": "raised", "进展": "log",
    "简介": "summary",
    "正文": "body", "位置": "location", "议事组织": "forum", "工作法": "method", "层级": "level",
    "来源渠道": "channel",
    "衍生自": "derived_from", "重复于": "duplicate_of", "参与方": "participants", "参与类别": "kinds",
    "人数": "headcount",
    "未成年人": "under18", "六十岁以上": "over60", "承诺期限": "due", "成效": "outcome", "回访": "followups",
    "未解决原因": "close_reason", "依据": "basis", "草稿": "draft", "备注": "notes", "来源": "source",
    "更新": "updated",
    "日期": "date", "时间": "time",
    "相关议题": "issues", "会议形式": "form", "方式": "mode", "地点": "venue", "主持": "chair",
    "纪要": "minutes", "议程": "agenda", "表决": "votes", "赞成": "for", "反对": "against", "弃权": "abstain",
    "行动计划": "actions", "事项": "what", "牵头": "lead", "完成日": "done_on", "数值": "value", "单位": "unit",
    "准确度": "precision", "内容": "text", "阶段": "stage", "由谁": "by", "结果": "result", "长效机制": "mechanism",
    "佐证": "evidence", "起止日期": "dates", "开始": "start", "结束": "end", "经验": "lessons", "版本": "version",
    "区划代码": "code", "应有社区数": "expected_communities", "户数": "households", "热线": "hotline",
    "老旧": "old_compound",
    "建成年": "built", "登记项": "items", "编号": "code", "已认领": "claimed", "可认领": "offered",
    "认领日": "claimed_on",
    "认领方": "claimant", "检查日": "check_on", "现状": "state", "规则": "rules", "名目": "label", "阶段表": "stages",
    "层级表": "levels", "全称": "full_label", "核心阶段": "core", "必经": "required", "已核实": "verified",
    "便签颜色": "colours", "回访天数": "followup_days", "对象": "target", "评价标准": "criteria", "标准": "key",
    "评级": "rating", "发现": "finding", "建议": "recommendations", "差距": "gaps", "统计": "statistic",
    "来自": "from",
    "对应统计": "matches", "当时数值": "value_then", "时段": "period", "主题词表": "topics", "渠道词表": "channels",
    "相关方": "stakeholders", "替换": "replace", "分组": "groups", "取值": "values", "语言": "languages",
    "时区": "timezone", "发布日期": "published", "议定结果": "decision", "出席": "attendance", "目的": "aim",
}  # fmt: skip
"""Names of keys; 编号 is `id` in methods (see `METHOD_KEYS`)."""
METHOD_KEYS = KEYS | {"编号": "id"}

RESERVED = {
    "提出": "raised", "raised": "raised", "办结": "resolved", "resolved": "resolved", "未解决": "closed",
    "closed": "closed", "重开": "reopened", "reopened": "reopened", "后续未报道": "not_reported",
    "not_reported": "not_reported",
}  # fmt: skip
"""Words that hold in every method (content model §3.1)."""

PHASES = ("raise", "clarify", "deliberate", "decide", "implement", "close", "review")
PHASE_LABELS = {
    "反映": "raise", "调研": "clarify", "协商": "deliberate", "决定": "decide", "实施": "implement", "结案": "close",
    "评估": "review",
}  # fmt: skip

TOPICS = {
    "漏水": "leaks", "照明": "lighting", "污水": "sewage", "停车": "parking", "共享单车": "shared_bikes",
    "人车混流": "traffic", "电梯": "lifts", "楼院与道路": "buildings_roads", "自建违建": "illegal_structures",
    "绿化": "greening", "垃圾清运": "waste", "积水": "flooding", "电动车停放充电": "ebikes",
    "健身器材与座椅": "fitness_seating", "一老一小": "elder_child", "消防": "fire", "其他": "other",
}  # fmt: skip
STAKEHOLDERS = {
    "居民": "resident", "业委会/物管会": "owners", "物业": "property_company", "居委会": "residents_committee",
    "社区党组织": "party_org", "社区工作者": "community_worker", "网格员": "grid_worker", "楼院长": "building_head",
    "街镇": "town_office", "职能部门": "department", "水电气热企业": "utility", "商户与企业": "business",
    "社会组织": "social_org", "志愿者": "volunteer", "专家": "expert", "代表委员": "deputy", "党员": "party_member",
    "骨干居民": "active_resident", "救援队": "rescue_team", "青少年": "youth", "老年人": "elder",
}  # fmt: skip
CHANNELS = {
    "走访": "survey", "议事会": "meeting", "热线": "hotline_12345", "网格": "grid", "网上": "online",
    "议事墙": "wall",
    "其他": "other",
}  # fmt: skip
RESULTS = {"有效": "holds", "部分": "partly", "失效": "failed"}
OUTCOMES = {
    "设施改造": "facility_renovation", "微更新": "micro_renewal", "环境改善": "environment", "规则公约": "rule",
    "服务改进": "service", "安全": "safety", "矛盾化解": "dispute_settled",
}  # fmt: skip
LOCATIONS = {
    "小区": "compound", "公共空间": "public_space", "绿地": "green_plot", "道路": "road", "楼栋": "building",
}  # fmt: skip
CLOSE_REASONS = {
    "已转交": "referred", "未达成一致": "no_agreement", "暂不具备条件": "not_feasible", "不属本级": "out_of_scope",
    "重复": "duplicate", "撤回": "withdrawn",
}  # fmt: skip
PLACES = {
    "省": "province", "市": "city", "区县": "district", "镇": "town", "街道": "subdistrict", "社区": "community",
    "村": "village",
}  # fmt: skip
PRECISIONS = {"确数": "exact", "约数": "about", "超过": "over", "至少": "at_least", "未知": "unknown"}
BASES = {"本社区记录": "own", "媒体报道": "press"}
ANSWERS = {"是": "yes", "true": "yes", "否": "no", "false": "no"}
