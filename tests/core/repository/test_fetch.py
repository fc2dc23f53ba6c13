"""A chart is fetched once, held against its digests, and kept; what goes wrong keeps nothing."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.chart import Chart, load_chart
from sphinx_airflow_prod.core.chartsource import ChartSource
from sphinx_airflow_prod.core.repository import fetch, pull
from sphinx_airflow_prod.core.repository.store import user_cache
from tests.chart_repository import Answer, shop
from tests.core.repository.conftest import Client

DIGEST = hashlib.sha256(shop().archive).hexdigest()
ZEROS = "0" * 64


@pytest.fixture
def served(client: Client) -> Client:
    """A client of a repository that has the chart ``shop`` 1.2.3."""
    client.repository.publish(shop())
    return client


class TestWhatIsFetched:
    def test_the_archive_that_the_index_names(self, served: Client) -> None:
        pulled = served.fetch(sha256=DIGEST)
        assert load_chart(pulled.path) == shop()
        assert pulled.sha256 == DIGEST
        assert served.repository.requests == ["index.yaml", "shop-1.2.3.tgz"]

    def test_its_path_names_the_chart(self, served: Client) -> None:
        assert served.fetch().path.name == "shop-1.2.3.tgz"

    @pytest.mark.parametrize("url", ["sub/shop.tgz", "./sub/shop.tgz", "sub/../sub/shop.tgz"])
    def test_from_an_address_relative_to_the_repository(self, client: Client, url: str) -> None:
        client.repository.publish(shop(), url=url)
        client.repository.put("sub/shop.tgz", shop().archive)
        assert client.fetch().sha256 == DIGEST

    def test_from_an_absolute_address(self, client: Client) -> None:
        client.repository.publish(shop(), url=f"{client.repository.url}/far/shop.tgz")
        client.repository.put("far/shop.tgz", shop().archive)
        assert client.fetch().sha256 == DIGEST

    def test_by_the_first_address_only(self, client: Client) -> None:
        client.repository.publish(shop(), url="gone.tgz\n    - shop-1.2.3.tgz")
        assert "REPO/gone.tgz answers 404 Not Found" in client.refused()

    def test_a_slash_after_the_repository_does_not_count(self, served: Client) -> None:
        served.fetch(repo=f"{served.repository.url}/")
        assert served.repository.requests == ["index.yaml", "shop-1.2.3.tgz"]

    def test_the_query_of_the_repository_goes_with_each_request(self, served: Client) -> None:
        served.fetch(repo=f"{served.repository.url}?token=x")
        assert served.repository.requests == ["index.yaml?token=x", "shop-1.2.3.tgz?token=x"]

    @pytest.mark.parametrize(("listed", "asked"), [("v1.2.3", "1.2.3"), ("1.2.3", "v1.2.3")])
    def test_a_v_before_the_version_does_not_count(
        self, client: Client, listed: str, asked: str
    ) -> None:
        client.repository.publish(shop(), version=listed)
        assert client.fetch(version=asked).sha256 == DIGEST

    def test_an_index_may_tell_no_digest(self, client: Client) -> None:
        client.repository.publish(shop(), digest="")
        assert client.fetch().sha256 == DIGEST

    def test_an_index_may_write_what_kind_of_digest_it_is(self, client: Client) -> None:
        client.repository.publish(shop(), digest=f"sha256:{DIGEST.upper()}")
        assert client.fetch().sha256 == DIGEST


class TestWhatIsRefused:
    def test_an_archive_with_another_digest_than_the_source_says(self, served: Client) -> None:
        assert served.refused(sha256=ZEROS) == (
            "chart shop 1.2.3 of REPO: REPO/shop-1.2.3.tgz is not the archive that was meant, and "
            f"was not kept: its SHA-256 is {DIGEST}, and the source in the configuration says "
            f"{ZEROS}"
        )

    def test_an_archive_with_another_digest_than_the_index_says(self, client: Client) -> None:
        client.repository.publish(shop(), digest=ZEROS)
        assert f"{DIGEST}, and REPO/index.yaml says {ZEROS}" in client.refused()

    def test_also_where_the_source_says_the_right_one(self, client: Client) -> None:
        client.repository.publish(shop(), digest=ZEROS)
        assert f"REPO/index.yaml says {ZEROS}" in client.refused(sha256=DIGEST)

    def test_an_archive_that_breaks_off(self, served: Client) -> None:
        data = shop().archive
        served.repository.put("shop-1.2.3.tgz", Answer(data[:-7], length=len(data)))
        said = served.refused()
        assert f"REPO/shop-1.2.3.tgz broke off after {len(data) - 7} of {len(data)} bytes" in said

    def test_an_archive_that_breaks_off_unnoticed_by_http(self, client: Client) -> None:
        client.repository.publish(shop(), digest="")
        client.repository.put("shop-1.2.3.tgz", Answer(shop().archive[:-7], length=-1))
        assert "is no usable chart archive: it is broken or truncated" in client.refused()

    def test_what_is_no_archive(self, client: Client) -> None:
        client.repository.publish(shop(), digest="")
        client.repository.put("shop-1.2.3.tgz", "<html>Please log in</html>")
        assert "is no usable chart archive: it is no gzipped archive" in client.refused()

    @pytest.mark.parametrize(("name", "version"), [("shop", "1.2.4"), ("stop", "1.2.3")])
    def test_an_archive_that_holds_another_chart(
        self, client: Client, name: str, version: str
    ) -> None:
        text = f"apiVersion: v2\nname: {name}\nversion: {version}\n"
        other = Chart.from_files({"Chart.yaml": text.encode()}, "here")
        client.repository.publish(shop(), digest="")
        client.repository.put("shop-1.2.3.tgz", other.archive)
        said = client.refused()
        assert f"REPO/shop-1.2.3.tgz holds chart {name} {version}, not shop 1.2.3" in said

    @pytest.mark.parametrize("missing", ["index.yaml", "shop-1.2.3.tgz"])
    @pytest.mark.parametrize(("status", "reason"), [(404, "Not Found"), (503, "Service Unavail")])
    def test_an_answer_that_is_none(
        self, served: Client, missing: str, status: int, reason: str
    ) -> None:
        served.repository.put(missing, Answer(b"sorry", status))
        assert f"of REPO: REPO/{missing} answers {status} {reason}" in served.refused()

    def test_a_version_that_is_not_there(self, served: Client) -> None:
        assert served.refused(version="1.2.4") == (
            "chart shop 1.2.4 of REPO: its repository has no version 1.2.4 of it "
            "(the newest is 1.2.3)"
        )

    def test_no_version_says_which_could_be_written(self, served: Client) -> None:
        assert served.refused(version="") == (
            "chart shop of REPO: no version is named, and documentation is checked against one and "
            f'the same: write "version": "1.2.3" and "sha256": "{DIGEST}", which is the newest'
        )

    def test_a_version_without_an_address(self, client: Client) -> None:
        client.repository.index("  shop:\n  - version: 1.2.3\n")
        assert client.refused().endswith("REPO/index.yaml gives no address of it")

    @pytest.mark.parametrize(
        "url", ["oci://a.example/shop:1.2.3", "file:///etc/passwd", "ftp://a/b"]
    )
    def test_an_address_that_is_no_http(self, client: Client, url: str) -> None:
        client.repository.publish(shop(), url=url)
        assert f"{url} is no address that begins with http:// or https://" in client.refused()

    def test_a_server_that_is_not_there_with_the_way_out(self, served: Client) -> None:
        served.repository.stop()
        assert served.refused() == (
            "chart shop 1.2.3 of REPO cannot be downloaded: REPO/index.yaml cannot be reached "
            "(Connection refused); where there is a network, run "
            "'helm pull shop --repo REPO --version 1.2.3', and set helm_chart to the file"
        )


class TestWhatIsKept:
    def test_a_second_build_asks_nobody(self, served: Client) -> None:
        first = served.fetch(sha256=DIGEST)
        served.repository.stop()
        assert served.fetch(sha256=DIGEST) == first

    def test_nor_does_one_without_a_digest(self, served: Client) -> None:
        first = served.fetch()
        served.repository.stop()
        assert served.fetch() == first
        assert served.fetch(sha256=DIGEST).path == first.path

    def test_it_serves_its_own_repository_name_version_and_digest_only(
        self, served: Client
    ) -> None:
        served.fetch()
        asked = list(served.repository.requests)
        for change in (
            {"version": "1.2.4"},
            {"name": "stop"},
            {"sha256": ZEROS},
            {"repo": f"{served.repository.url}/other"},
        ):
            with pytest.raises(Exception, match=r"chart s\wop"):
                served.fetch(30, **change)
            assert served.repository.requests != asked
            asked = list(served.repository.requests)

    def test_an_archive_that_was_damaged_is_fetched_again(self, served: Client) -> None:
        path = served.fetch().path
        path.write_bytes(b"damaged")
        assert served.fetch().sha256 == DIGEST
        assert load_chart(path) == shop()

    def test_damaged_notes_are_written_again(self, served: Client) -> None:
        served.fetch()
        (note,) = served.cache.rglob("*.json")
        for text in ("", "[]", '{"sha256": 1}', '{"sha256": "../../x"}'):
            note.write_text(text)
            assert served.fetch().sha256 == DIGEST

    def test_a_folder_that_cannot_be_written_is_told(self, served: Client) -> None:
        served.cache.write_text("a file")
        with pytest.raises(Exception, match="set helm_cache_dir to a folder that can be written"):
            served.fetch()

    def test_two_builds_at_once(self, served: Client) -> None:
        program = (
            "import sys\n"
            "from sphinx_airflow_prod.core.chartsource import ChartSource\n"
            "from sphinx_airflow_prod.core.repository import fetch\n"
            "source = ChartSource(sys.argv[1], 'shop', '1.2.3')\n"
            "print(fetch(source, cache_dir=sys.argv[2]).path)\n"
        )
        command = [sys.executable, "-c", program, served.repository.url, str(served.cache)]
        slow = replace(Answer(shop().archive), piece=256, pause=0.002)
        served.repository.put("shop-1.2.3.tgz", slow)
        builds = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in "12"]
        paths = {build.communicate(timeout=60)[0].strip() for build in builds}
        assert [build.returncode for build in builds] == [0, 0]
        (path,) = paths
        assert load_chart(path) == shop()
        assert len(served.kept()) == 2

    def test_without_a_folder_it_is_among_the_caches_of_the_user(
        self, served: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "mine"))
        monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "mine"))
        pulled = fetch(ChartSource.from_mapping(served.repository.source()))
        assert pulled.path.is_relative_to(user_cache())

    def test_a_password_leads_to_no_other_archive(self, served: Client) -> None:
        first = served.fetch()
        served.repository.stop()
        secret = served.repository.url.replace("http://", "http://user:secret@")
        assert served.fetch(repo=secret).path == first.path


class TestPull:
    """What the command line's ``pull`` does."""

    def test_the_archive_is_put_into_a_folder(self, served: Client, tmp_path: Path) -> None:
        source = ChartSource.from_mapping(served.repository.source())
        pulled = pull(source, tmp_path / "here", cache_dir=served.cache)
        assert pulled.path == tmp_path / "here" / "shop-1.2.3.tgz"
        assert pulled.path.read_bytes() == shop().archive
        assert pulled.sha256 == DIGEST

    def test_a_folder_that_cannot_be_written_is_told(self, served: Client, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        source = ChartSource.from_mapping(served.repository.source())
        with pytest.raises(Exception, match=r"file/shop-1.2.3.tgz cannot be written: "):
            pull(source, tmp_path / "file", cache_dir=served.cache)
