"""The site on a plain host: `deploy/publish.sh` publishes it, nginx shows it as `deploy/nginx.conf` says."""

import gzip
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from tests.support.prerequisites import PREREQUISITES, find_nginx
from tests.support.workshop import PROJECT, SITES, Workshop
from yishi.cli.server.web import SECURITY_HEADERS

SCRIPT = PROJECT / "deploy" / "publish.sh"
CONFIGURATION = PROJECT / "deploy" / "nginx.conf"
ISSUE = "places/example-city/southside/issues/school-crossing.yaml"
POLICY = ("default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self'; "
          "connect-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; "
          "trusted-types yishi-text yishi-worker; frame-ancestors 'none'")
"""What pages may do: show and ask for files of the site itself, and nothing else; their scripts turn no text into
elements or addresses of scripts; nobody else may frame them."""
PAGE = "/places/example-city/southside/issues/school-crossing/"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="for hosts with a POSIX shell")


class Host:
    """A host with a content folder and a published folder, both with blanks in their names; the site is built, so that
    the script has little left to build when it publishes it for the first time."""

    def __init__(self, folder: Path) -> None:
        self.city = Workshop(folder / "what they wrote", SITES / "english-city")
        self.published = folder / "what is shown"
        self.city.build(output=self.published / "build")
        self.python = Path(sys.executable)

    def start(self) -> "subprocess.Popen[str]":
        options = ["--content", self.city.content, "--templates", self.city.templates, "--as-of", "2025-12-31",
                   "--jobs", "1", "--language", "en"]
        return subprocess.Popen([SCRIPT, self.published, *map(str, options)], text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env={**os.environ, "PYTHON": str(self.python)})

    def publish(self, code: int = 0) -> str:
        """Runs the script; what it says."""
        run = self.start()
        out, err = run.communicate(timeout=300)
        assert run.returncode == code, out + err
        return out + err

    def retitle(self, title: str) -> None:
        """Gives the issue another title."""
        _, _, rest = self.city.read(ISSUE).partition("\n")
        self.city.write(ISSUE, f"title: {title}\n{rest}")

    def rewrites(self, title: str) -> None:
        """From now on a build takes next to no time: it gives the page of the issue another title, and does no more."""
        self.python = self.city.folder / "python"
        edit = f"s/A crossing [a-z0-9 ]*/A crossing {title}/"
        self.python.write_text(f'#!/bin/sh\nfor output; do :; done\nsed -i "{edit}" "$output{PAGE}index.html"\n')
        self.python.chmod(0o755)

    def page(self) -> str:
        """The page of the issue as it is published."""
        return (self.published / "current" / PAGE.strip("/") / "index.html").read_text("utf-8")

    def kept(self) -> list[str]:
        return sorted(path.name for path in (self.published / "sites").iterdir())


@pytest.fixture
def host(tmp_path: Path) -> Host:
    (tmp_path / "a host").mkdir()
    return Host(tmp_path / "a host")


def test_the_last_three_sites_are_kept(host: Host) -> None:
    """Each run that changes something adds a site and shows it; a run that changes nothing leaves all as it is."""
    host.publish()
    assert "nothing has changed" in host.publish()
    for number in range(4):
        host.rewrites(str(number))
        host.publish()
        assert f"A crossing {number}" in host.page()
    kept = host.kept()
    assert len(kept) == 3
    assert "nothing has changed" in host.publish()
    assert host.kept() == kept
    assert os.readlink(host.published / "current") == f"sites/{kept[-1]}"
    assert os.readlink(host.published / "previous") == f"sites/{kept[-2]}"


def test_what_is_withdrawn_goes_although_the_cache_is_deleted(host: Host) -> None:
    """A record is removed, and the cache with it: its page is not published any more."""
    host.publish()
    assert host.page()
    (host.city.content / ISSUE).unlink()
    shutil.rmtree(host.city.cache)
    host.publish()
    assert not (host.published / "current" / PAGE.strip("/")).exists()


def test_with_errors_the_published_site_stays(host: Host) -> None:
    """What is wrong is told, nothing is swapped, and the run fails."""
    host.publish()
    before = host.page()
    host.city.replace(ISSUE, "Crossings", "Nonsense")
    said = host.publish(1)
    assert "topic cannot be" in said
    assert "the published site stays as it was" in said
    assert host.page() == before


def test_runs_that_meet_wait_for_each_other(host: Host) -> None:
    """Of several at once all end well, and one whole site is shown."""
    host.publish()
    host.retitle("A crossing for all")
    runs = [host.start() for _ in range(3)]
    said = ["".join(run.communicate(timeout=300)) for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], said
    assert sum("nothing has changed" in one for one in said) == 2
    assert "A crossing for all" in host.page()
    assert not any(name.startswith(".") for name in host.kept())


def test_a_folder_of_somebody_else_is_not_replaced(host: Host) -> None:
    """Where `current` is no link of this script's, nothing is done."""
    (host.published / "current").mkdir(parents=True)
    (host.published / "current" / "own.html").write_text("mine")
    assert "somebody else's" in host.publish(2)
    assert (host.published / "current" / "own.html").read_text() == "mine"


@pytest.mark.parametrize(("arguments", "said"), [
    ([], "name the folder"), (["--content", "x"], "name the folder"), (["site", "--output", "x"], "--output")])
def test_wrong_use_is_told(arguments: list[str], said: str) -> None:
    """Without a folder, or with another output, one line says what to do."""
    done = subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr


def test_one_policy_stands_in_the_pages_in_nginx_and_in_serve() -> None:
    """A page carries it wherever it is hosted, but for the frames, which only a header can forbid."""
    in_pages = re.findall('http-equiv="Content-Security-Policy" content="([^"]*)"',
                          (PROJECT / "templates/base.html").read_text("utf-8"))
    in_nginx = re.findall('Content-Security-Policy "([^"]*)" always', CONFIGURATION.read_text("utf-8"))
    assert in_pages == [POLICY.removesuffix("; frame-ancestors 'none'")]
    assert in_nginx == [SECURITY_HEADERS["Content-Security-Policy"]] == [POLICY]


# --- what a change does, as a comment ---------------------------------------------------------------------------------


class Notes(BaseHTTPRequestHandler):
    """The comments of one merge request, as GitLab answers for them."""

    kept: ClassVar[dict[int, str]] = {}
    tokens: ClassVar[set[str | None]] = set()

    def do_GET(self) -> None:
        page = int(self.path.partition("&page=")[2])
        shown = [{"id": number, "body": body} for number, body in self.kept.items()] if page == 1 else []
        self.answer(shown)

    def do_POST(self) -> None:
        self.kept[len(self.kept) + 1] = self.body()
        self.answer({})

    def do_PUT(self) -> None:
        self.kept[int(self.path.rpartition("/")[2])] = self.body()
        self.answer({})

    def body(self) -> str:
        return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

    def answer(self, data: object) -> None:
        self.tokens.add(self.headers["PRIVATE-TOKEN"])
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(data).encode())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_on_gitlab_there_is_one_comment(tmp_path: Path) -> None:
    """The first run posts it, the next ones put the new text in its place; other comments stay."""
    Notes.kept[1] = "What a good idea"
    server = ThreadingHTTPServer(("127.0.0.1", 0), Notes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    place = {"CI_API_V4_URL": f"http://127.0.0.1:{server.server_port}/api/v4", "CI_PROJECT_ID": "7",
             "CI_MERGE_REQUEST_IID": "3", "CHANGES_TOKEN": "a token"}
    for text in ("Nothing changes", "1 issue resolved"):
        (tmp_path / "changes.md").write_text(text)
        subprocess.run([sys.executable, PROJECT / "deploy" / "gitlab_comment.py", tmp_path / "changes.md"], check=True,
                       env={**os.environ, **place})
    server.shutdown()
    server.server_close()
    assert Notes.kept == {1: "What a good idea", 2: "<!-- yishi changes -->\n1 issue resolved"}
    assert Notes.tokens == {"a token"}


def workflow(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((PROJECT / name).read_text("utf-8"))
    return found


def test_what_may_write_runs_nothing_of_a_pull_request() -> None:
    """The workflow that posts the comment checks nothing out and installs nothing; the one that does may only read."""
    posting = workflow(".github/workflows/changes.yml")
    steps = posting["jobs"]["comment"]["steps"]
    assert posting["permissions"] == {}
    assert not any("checkout" in step.get("uses", "") or "python" in step.get("run", "") for step in steps)
    checking = workflow(".github/workflows/site.yml")
    assert checking["permissions"] == {"contents": "read"}
    assert "permissions" not in checking["jobs"]["check"]


def test_both_hosts_tell_what_changes() -> None:
    """GitHub and GitLab run the same command with the same form, and both build with the whole history."""
    steps = workflow(".github/workflows/site.yml")["jobs"]
    told = [step["run"] for step in steps["check"]["steps"] if "build.py changes" in step.get("run", "")]
    gitlab = workflow(".gitlab-ci.yml")
    assert any("--skip-invalid --format markdown > changes.md" in one for one in told)
    assert any("--skip-invalid --format markdown > changes.md" in one for one in gitlab["check"]["script"])
    assert steps["build"]["steps"][0]["with"]["fetch-depth"] == 0
    assert gitlab["variables"]["GIT_DEPTH"] == "0"


KIT = "yishi/content/kits/repository"


@pytest.mark.parametrize(("schema", "written"), [
    ("github-workflows", sorted((PROJECT / ".github/workflows").glob("*.yml"))),
    ("github-workflows", sorted((PROJECT / KIT / "dot-github/workflows").glob("*.yml"))),
    ("github-issue-forms", sorted((PROJECT / ".github/ISSUE_TEMPLATE").glob("*.yml"))),
    ("gitlab-ci", [PROJECT / ".gitlab-ci.yml", PROJECT / KIT / "dot-gitlab-ci.yml"]),
], ids=["workflows", "workflows of a new site", "issue forms", "GitLab"])
def test_what_hosts_run_is_valid_by_their_schemas(schema: str, written: list[Path]) -> None:
    assert written
    done = subprocess.run([sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *written],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_program_is_tested_on_every_python_that_it_names() -> None:
    """The package names the versions on which the suite was run; the workflow runs it on these and on the next."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [one.rpartition(" ")[2] for one in project["classifiers"] if re.search(r":: 3\.\d+$", one)]
    matrix = workflow(".github/workflows/tests.yml")["jobs"]["suite"]["strategy"]["matrix"]
    assert f">={named[0]}" == project["requires-python"]
    assert matrix["python"][:len(named)] == named
    assert {one["system"] for one in matrix["include"]} == {"macos-latest", "windows-latest"}


# --- through nginx ----------------------------------------------------------------------------------------------------


def nginx() -> str:
    """The program; it fails where there is none: these tests are left out by choice only."""
    found = find_nginx()
    if found is None:
        pytest.fail(PREREQUISITES["nginx"].advice)
    return found


@contextmanager
def served(host: Host, folder: Path) -> Iterator[int]:
    """The published folder behind nginx, as `deploy/nginx.conf` says but for the port and the folder; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    own = CONFIGURATION.read_text("utf-8")
    for said, meant in (("listen 80;", f"listen 127.0.0.1:{port};"), ("    listen [::]:80;\n", ""),
                        ("root /var/www/yishi/current;", f'root "{host.published}/current";'),
                        ("root /var/www/yishi;", f'root "{host.published}";')):
        assert own.count(said) == 1
        own = own.replace(said, meant)
    types = next(path for path in (Path("/etc/nginx/mime.types"), Path("/usr/local/etc/nginx/mime.types"))
                 if path.exists())
    places = "".join(f'{name}_temp_path "{folder}/{name}";\n' for name in (
        "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "own.conf").write_text(
        f'{user}daemon off;\npid "{folder}/pid";\nerror_log "{folder}/errors";\nworker_processes 2;\n'
        f"events {{ worker_connections 256; }}\nhttp {{\ninclude {types};\naccess_log off;\n{places}{own}\n}}\n")
    server = subprocess.Popen([nginx(), "-p", str(folder), "-c", str(folder / "own.conf"), "-e", str(folder / "start")])
    try:
        wait_for(port, folder)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def wait_for(port: int, folder: Path) -> None:
    """Until the server answers."""
    for _ in range(200):
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("".join(file.read_text() for file in (folder / "start", folder / "errors") if file.exists()))


def fetched(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


@pytest.mark.nginx
def test_pages_are_never_missing_while_the_site_is_swapped(host: Host, tmp_path: Path) -> None:
    """Whoever reads while it is published again and again gets a whole page each time, of one site or the next."""
    host.publish()
    wrong: list[object] = []
    answers: list[bytes] = []
    over = threading.Event()

    def read(port: int) -> None:
        while not over.is_set():
            for path in (PAGE, "/", "/statistics/", "/issues/"):
                status, _, body = fetched(port, path)
                answers.append(body)
                if status != 200 or not body.rstrip().endswith(b"</html>"):
                    wrong.append((path, status, body[-80:]))

    with served(host, tmp_path) as port:
        readers = [threading.Thread(target=read, args=(port,)) for _ in range(4)]
        for reader in readers:
            reader.start()
        try:
            for number in range(10):
                host.rewrites(str(number))
                host.publish()
        finally:
            over.set()
            for reader in readers:
                reader.join(60)
        shown = fetched(port, PAGE)[2].decode()
    assert wrong == []
    assert len(answers) > 100
    assert "A crossing 9" in shown


@pytest.mark.nginx
def test_the_server_says_what_is_recommended(host: Host, tmp_path: Path) -> None:
    """Headers, caching, compression, charset, the page for what is not there, and what is not shown at all."""
    host.publish()
    style = next((host.published / "current" / "static").glob("style.*.css")).name
    with served(host, tmp_path) as port:
        status, page, body = fetched(port, "/")
        assert (status, page["content-type"]) == (200, "text/html; charset=utf-8")
        assert page["content-security-policy"] == POLICY
        assert page["x-content-type-options"] == "nosniff"
        assert page["referrer-policy"] == "no-referrer"
        assert page["cache-control"] == "no-cache"
        assert "/" not in page["server"]
        assert fetched(port, "/", **{"If-None-Match": page["etag"]})[0] == 304
        packed = fetched(port, "/", **{"Accept-Encoding": "gzip"})
        assert packed[1]["content-encoding"] == "gzip"
        assert gzip.decompress(packed[2]) == body
        assert fetched(port, f"/static/{style}")[1]["cache-control"] == "public, max-age=31536000, immutable"
        assert fetched(port, "/data/issues.csv")[1]["content-type"] == "text/csv; charset=utf-8"
        assert fetched(port, "/data/statistics.json")[1]["content-type"] == "application/json; charset=utf-8"
        status, missing, body = fetched(port, "/places/nowhere/")
        assert status == 404
        assert missing["content-security-policy"] == POLICY
        assert "cache-control" not in missing
        assert body == (host.published / "current" / "404.html").read_bytes()
        assert fetched(port, PAGE.rstrip("/"))[1]["location"] == PAGE
        assert fetched(port, "/.lock")[0] == 404


@pytest.mark.nginx
def test_styles_of_the_site_before_are_still_there(host: Host, tmp_path: Path) -> None:
    """A page that was opened before the swap finds the styles that it names after it."""
    style = host.city.own_templates() / "static" / "style.css"
    host.publish()
    before = next((host.published / "current" / "static").glob("style.*.css")).name
    style.write_text(style.read_text("utf-8") + "\n/* another */\n", encoding="utf-8")
    host.publish()
    assert not (host.published / "current" / "static" / before).exists()
    with served(host, tmp_path) as port:
        assert fetched(port, f"/static/{before}")[0] == 200
