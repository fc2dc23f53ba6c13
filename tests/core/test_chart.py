"""Charts are read as Helm reads them, and what is wrong with one is said in one sentence."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from sphinx_airflow_prod.core.archive import ArchiveError, pack, unpack
from sphinx_airflow_prod.core.chart import Chart, ChartError, load_chart

CHART_YAML = "apiVersion: v2\nname: demo\nversion: 1.2.3\nappVersion: 1.10\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for path, text in {"Chart.yaml": CHART_YAML, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def said(path: Path) -> str:
    with pytest.raises(ChartError) as caught:
        load_chart(path)
    return str(caught.value).replace(str(path.parent), "")


def tgz(members: list[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for info, data in members:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


class TestReading:
    def test_a_directory(self, tmp_path: Path) -> None:
        chart = load_chart(write(tmp_path, {"templates/a.yaml": "a", "values.yaml": "x: 1"}))
        assert (chart.name, chart.version, chart.app_version) == ("demo", "1.2.3", "1.1")
        assert list(chart.files) == ["Chart.yaml", "templates/a.yaml", "values.yaml"]
        assert chart.metadata["apiVersion"] == "v2"
        assert chart.schema is None

    def test_an_archive_is_the_same_chart(self, tmp_path: Path) -> None:
        chart = load_chart(write(tmp_path / "demo", {"templates/a.yaml": "a"}))
        (tmp_path / "demo.tgz").write_bytes(chart.archive)
        assert load_chart(tmp_path / "demo.tgz") == chart

    def test_the_digest_goes_by_content_alone(self, tmp_path: Path) -> None:
        one = load_chart(write(tmp_path / "a", {"b": "2", "a": "1"}))
        other_root = write(tmp_path / "b", {"a": "1", "b": "2"})
        os.utime(other_root / "a", (1, 1))
        assert load_chart(other_root).digest == one.digest
        (other_root / "a").write_text("other")
        assert load_chart(other_root).digest != one.digest

    def test_moving_bytes_between_names_changes_the_digest(self, tmp_path: Path) -> None:
        one = load_chart(write(tmp_path / "a", {"a": "bc"}))
        assert load_chart(write(tmp_path / "b", {"ab": "c"})).digest != one.digest

    def test_links_are_followed(self, tmp_path: Path) -> None:
        write(tmp_path / "chart", {})
        write(tmp_path / "shared", {"x.txt": "shared"})
        (tmp_path / "chart" / "linked").symlink_to(tmp_path / "shared")
        assert load_chart(tmp_path / "chart").files["linked/x.txt"] == b"shared"

    def test_subcharts_as_folder_and_as_archive(self, tmp_path: Path) -> None:
        root = write(tmp_path, {"charts/folder/Chart.yaml": "name: one\nversion: 1.0.0\n"})
        inner = pack({"Chart.yaml": b"name: two\nversion: 1.0.0\n"}, "two")
        (root / "charts" / "two-1.0.0.tgz").write_bytes(inner)
        assert load_chart(root).subcharts == ("one", "two")

    def test_dependencies_that_are_not_there(self, tmp_path: Path) -> None:
        text = CHART_YAML + "dependencies:\n- name: db\n  version: 1.0.0\n"
        assert load_chart(write(tmp_path, {"Chart.yaml": text})).missing_dependencies == ("db",)


class TestMistakes:
    def test_nothing_there(self, tmp_path: Path) -> None:
        write(tmp_path / "airflow", {})
        write(tmp_path / "other", {})
        message = said(tmp_path / "airflw")
        assert message == "there is no chart at /airflw (did you mean /airflow?)"

    def test_nothing_above_there_either(self, tmp_path: Path) -> None:
        message = said(tmp_path / "missing" / "chart")
        assert message.endswith(f"{tmp_path} is the last part of that path that exists")

    def test_a_folder_above_the_chart(self, tmp_path: Path) -> None:
        write(tmp_path / "repo" / "chart", {})
        message = said(tmp_path / "repo")
        assert message == (
            "/repo is no Helm chart: it has no Chart.yaml (did you mean /repo/chart?)"
        )

    def test_one_file_of_it(self, tmp_path: Path) -> None:
        assert "name its folder" in said(write(tmp_path, {}) / "Chart.yaml")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("version: 1.0.0\n", "it has no name"),
            ("name: a/b\nversion: 1.0.0\n", "'a/b' is not a plain name"),
            ("name: a\n", "it has no version"),
            ("name: a\nversion: newest\n", "'newest' is not of the form 1.2.3"),
            ("- a\n", "must hold a mapping"),
            ("name: [\n", "is no YAML"),
        ],
    )
    def test_in_chart_yaml(self, text: str, expected: str, tmp_path: Path) -> None:
        assert expected in said(write(tmp_path, {"Chart.yaml": text}))

    def test_a_loop_of_links(self, tmp_path: Path) -> None:
        (write(tmp_path, {}) / "loop").symlink_to(tmp_path)
        assert "loop links to a folder above itself" in said(tmp_path)

    def test_a_link_to_nothing(self, tmp_path: Path) -> None:
        (write(tmp_path, {}) / "gone").symlink_to(tmp_path / "nowhere")
        assert "gone is a link to nothing" in said(tmp_path)

    def test_a_file_larger_than_helm_allows(self, tmp_path: Path) -> None:
        (write(tmp_path, {}) / "big").write_bytes(bytes(5 * 1024 * 1024 + 1))
        assert "larger than the 5 MiB that Helm allows" in said(tmp_path)

    @pytest.mark.parametrize("text", ["{", "[]", '"text"'])
    def test_in_the_schema(self, text: str, tmp_path: Path) -> None:
        chart = load_chart(write(tmp_path, {"values.schema.json": text}))
        with pytest.raises(ChartError, match=r"values\.schema\.json of .* is no JSON"):
            _ = chart.schema


class TestArchives:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("/etc/passwd", "the absolute path"),
            ("demo/../../x", "leads out of the chart"),
            ("demo/c:/x", "the absolute path"),
            ("Chart.yaml", "must be in a folder"),
            ("demo", "outside the chart's folder"),
        ],
    )
    def test_unsafe_names(self, name: str, expected: str) -> None:
        with pytest.raises(ArchiveError, match=expected):
            unpack(tgz([(tarfile.TarInfo(name), b"x")]))

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
    def test_links_and_devices(self, kind: bytes) -> None:
        info = tarfile.TarInfo("demo/link")
        info.type, info.linkname = kind, "/etc/passwd"
        with pytest.raises(ArchiveError, match="a link or a device"):
            unpack(tgz([(info, b"")]))

    @pytest.mark.parametrize("kept", [5, 60, -10])
    def test_truncated(self, kept: int, tmp_path: Path) -> None:
        whole = pack({"Chart.yaml": CHART_YAML.encode(), "x": os.urandom(4000)}, "demo")
        (tmp_path / "demo.tgz").write_bytes(whole[:kept])
        assert "/demo.tgz is no usable chart archive" in said(tmp_path / "demo.tgz")

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (b"", "it is empty"),
            (b"a: 1\n", "no gzipped archive"),
            (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
            (gzip.compress(b"no tar at all" * 100, mtime=0), "broken or truncated"),
            (gzip.compress(bytes(1024), mtime=0), "holds no files"),
        ],
        ids=["empty", "text", "git-lfs", "no-tar", "no-files"],
    )
    def test_something_else(self, data: bytes, expected: str) -> None:
        with pytest.raises(ArchiveError, match=expected):
            unpack(data)

    def test_a_bomb(self) -> None:
        bomb = gzip.compress(bytes(130 * 1024 * 1024), 1)
        with pytest.raises(ArchiveError, match="larger than the 100 MiB"):
            unpack(bomb)

    def test_one_file_too_large(self) -> None:
        with pytest.raises(ArchiveError, match="'demo/x' is larger than the 5 MiB"):
            unpack(tgz([(tarfile.TarInfo("demo/x"), bytes(5 * 1024 * 1024 + 1))]))

    def test_a_broken_subchart_is_named(self, tmp_path: Path) -> None:
        (write(tmp_path, {}) / "charts").mkdir()
        (tmp_path / "charts" / "db-1.0.0.tgz").write_bytes(b"nothing")
        assert "charts/db-1.0.0.tgz" in said(tmp_path)

    def test_packing_is_the_same_every_time_and_reads_back(self) -> None:
        files = {"Chart.yaml": b"x", "deep/" * 30 + "file": b"long name", "ü": b""}
        assert pack(files, "demo") == pack(dict(reversed(files.items())), "demo")
        assert unpack(pack(files, "demo")) == files


HELMIGNORES = {
    "names anywhere": ("*.md\nbin", "a.md x/b.md bin/c x/bin d"),
    "rooted": ("/a.txt", "a.txt x/a.txt"),
    "with a folder": ("x/*.txt", "x/a.txt x/y/a.txt a.txt"),
    "folders only": ("build/", "build/a x/build/b x/y/build"),
    "classes": ("[a-c]?.t[^x]t", "ab.txt ab.tyt dd.tyt b1.tzt"),
    "everything but": ("!*a*", "a.txt b.txt xa/b xa/a"),
    "everything but, in folders": ("!*a*/", "a.txt b.txt"),
    "a match before a negation": ("xa.txt\n!*a*", "xa.txt ya.txt b.txt"),
    "comments and blanks": ("# *\n\n  a.txt  \r\n", "a.txt b.txt"),
    "escapes": ("a\\*b", "a*b axb"),
    "beside the folder": ("x", "x/a y/x z"),
}
LISTING = """kind: ConfigMap
metadata: {name: a}
data:
{{- range $path, $_ := .Files.Glob "**" }}
  {{ $path | quote }}: ""
{{- end }}
"""


@pytest.fixture(scope="session")
def helm_binary() -> str:
    binary = os.environ.get("HELM_BINARY") or shutil.which("helm")
    if binary is None:
        pytest.skip("there is no helm on the PATH, and HELM_BINARY is not set")
    return binary


class TestHelmignore:
    @pytest.mark.parametrize("name", HELMIGNORES)
    def test_as_helm_reads_it(self, name: str, tmp_path: Path, helm_binary: str) -> None:
        rules, paths = HELMIGNORES[name]
        files = dict.fromkeys(paths.split(), "")
        write(tmp_path, {**files, ".helmignore": rules, "templates/a.yaml": LISTING})
        helm = subprocess.run(
            [helm_binary, "template", "x", tmp_path], capture_output=True, text=True
        )
        try:
            ours = self._files(tmp_path)
        except ChartError:
            assert helm.returncode
            return
        theirs = yaml.safe_load(helm.stdout)["data"]
        assert {path for path in files if path in ours} == {p for p in files if p in theirs}

    def test_the_default_holds_without_a_file(self, tmp_path: Path) -> None:
        write(tmp_path, {"templates/.hidden": "", "templates/x/.kept": ""})
        assert self._files(tmp_path) == {"Chart.yaml", "templates/x/.kept"}

    @pytest.mark.parametrize("pattern", ["**/x", "[a", "[]", "a\\", "[a-]"])
    def test_what_helm_refuses(self, pattern: str, tmp_path: Path, helm_binary: str) -> None:
        write(tmp_path, {".helmignore": pattern})
        assert "has a pattern Helm refuses" in said(tmp_path)
        result = subprocess.run([helm_binary, "template", "x", tmp_path], capture_output=True)
        assert result.returncode != 0

    @staticmethod
    def _files(root: Path) -> set[str]:
        return set(load_chart(root).files)


def test_a_chart_is_equal_to_one_of_the_same_content() -> None:
    files = {"Chart.yaml": CHART_YAML.encode()}
    one, other = Chart.from_files(files, "here"), Chart.from_files(files, "there")
    assert one == other
    assert len({one, other}) == 1
    assert one != Chart.from_files({**files, "x": b""}, "here")


def test_files_are_sorted_whatever_the_order_they_come_in() -> None:
    files = {"b": b"2", "Chart.yaml": CHART_YAML.encode(), "a": b"1"}
    one, other = Chart.from_files(files, ""), Chart.from_files(dict(sorted(files.items())), "")
    assert list(one.files) == ["Chart.yaml", "a", "b"]
    assert one == other
