"""What can be said of the scripts without a browser."""

import json
import re

import pytest

from examcenter.paths import resource
from tests.js.hall import Hall
from tests.js.stub import application

SCRIPTS = sorted(resource("static/js").glob("attempts/*.js")) + [
    resource("static/js") / "lib" / f"{name}.js"
    for name in ("api", "identity", "journal")
]
STYLED_OR_INLINE = re.compile(r"\bstyle=|\son[a-z]+=|<script>|https?://")


def words() -> dict[str, str]:
    """The sentences that the page carries."""
    page = application(Hall()).test_client().get("/paper").get_data(as_text=True)
    block = re.search(r'id="words">(.*?)</script>', page, re.DOTALL)
    assert block is not None
    return dict(json.loads(block.group(1)))


def said() -> set[str]:
    """The keys that the scripts name; a key made of parts ends at its first hole."""
    text = "".join(path.read_text() for path in SCRIPTS)
    named = re.findall(r'\bsay\(\s*(?:[\w.]+ \? )?"(\w+)"', text)
    return {*named, *re.findall(r'"(camera_\w+|closed_\w+|offline|server_busy)"', text)}


def test_every_sentence_that_a_script_says_stands_on_the_page() -> None:
    known = words()

    missing = said() - set(known) - {"camera_back"}  # the one is a signal's kind

    assert len(said()) > 30
    assert missing == set()


def test_every_sentence_on_the_page_is_said_by_a_script() -> None:
    text = "".join(path.read_text() for path in SCRIPTS)
    made = {f"{stem}_" for stem in re.findall(r"`(\w+)_\$\{", text)}

    idle = {
        key
        for key in words()
        if f'"{key}"' not in text and not key.startswith(tuple(made))
    }

    assert idle == set()


@pytest.mark.parametrize("path", ["/paper", "/mine", "/notice", "/result"])
def test_a_page_has_no_inline_style_or_script_and_no_outside_address(path: str) -> None:
    client = application(Hall(camera="required")).test_client()

    page = client.get(path).get_data(as_text=True)

    assert STYLED_OR_INLINE.findall(page.replace("http://www.w3.org/", "")) == []
