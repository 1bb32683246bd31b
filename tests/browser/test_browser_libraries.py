"""The libraries in vendor/ in a real browser, as modules and under the site's policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from gateway.site_assets import WEB
from tests.browser.stage import watch
from tests.support.server import StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


@pytest.fixture
def page(chromium: Browser, stoa_server: StoaServer, client_errors: list[str]) -> Iterator[Page]:
    """A page of the site, which has its policy."""
    context = chromium.new_context()
    page = watch(context.new_page(), client_errors)
    page.goto(f"{stoa_server.url}/sign-in")
    yield page
    context.close()


def test_a_formula_is_drawn_with_its_own_fonts(page: Page) -> None:
    drawn = page.evaluate("""async () => {
        const styles = document.createElement("link");
        Object.assign(styles, { rel: "stylesheet", href: "/vendor/katex/katex.min.css" });
        await new Promise((done) => { styles.onload = done; document.head.append(styles); });
        const { default: katex } = await import("/vendor/katex/katex.js");
        const place = document.body.appendChild(document.createElement("p"));
        katex.render("\\\\frac{1}{\\\\sqrt{x^2}}", place);
        const fonts = await document.fonts.load("16px KaTeX_Main");
        return {
            fonts: fonts.map((font) => font.status),
            source: place.querySelector("math annotation").textContent,
            placed: place.querySelector(".vlist > span").style.top !== "",
            root: place.querySelector("svg").getBoundingClientRect().height > 0,
        };
    }""")
    assert drawn == {
        "fonts": ["loaded"],
        "source": r"\frac{1}{\sqrt{x^2}}",
        "placed": True,
        "root": True,
    }


def test_markdown_becomes_html_and_is_cleaned(page: Page) -> None:
    cleaned = page.evaluate("""async () => {
        const { default: MarkdownIt } = await import("/vendor/markdown-it/markdown-it.js");
        const { default: DOMPurify } = await import("/vendor/dompurify/purify.js");
        const source = "**a** <a href='javascript:alert(1)'>b</a><script>c</script>";
        return DOMPurify.sanitize(MarkdownIt("commonmark").render(source));
    }""")
    assert cleaned == "<p><strong>a</strong> <a>b</a></p>\n"


def test_code_of_every_language_is_highlighted(page: Page) -> None:
    languages = WEB / "vendor" / "highlight" / "languages"
    names = sorted(path.name.partition(".")[0] for path in languages.iterdir())
    known = page.evaluate(
        """async (names) => {
        const { default: hljs } = await import("/vendor/highlight/core.min.js");
        for (const name of names) {
            const language = await import(`/vendor/highlight/languages/${name}.min.js`);
            hljs.registerLanguage(name, language.default);
            hljs.highlight("if (x == 1) { return 'text'; }", { language: name });
        }
        return hljs.listLanguages().sort();
    }""",
        names,
    )
    assert known == names
    assert len(names) > 12


def test_a_subscription_client_connects(page: Page) -> None:
    connected = page.evaluate("""async () => {
        const { createClient } = await import("/vendor/graphql-ws/graphql-ws.js");
        return new Promise((done, fail) => {
            const options = { lazy: false, retryAttempts: 0, onNonLazyError: fail };
            const client = createClient({ url: "/graphql", ...options });
            client.on("connected", () => { client.dispose(); done(true); });
        });
    }""")
    assert connected


def test_chemistry_is_fetched_with_the_first_formula_that_has_some(page: Page) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    drawn = page.evaluate(
        r"""async () => {
        const { drawFormulas, markFormulas } = await import("/text/formulas.js");
        const texts = [
            "$x^2$", "$\\ce{H2O}$", "$\\ce{SO4^2- + Ba^2+ -> BaSO4 v}$", "$\\pu{123 kJ/mol}$",
            "$\\cent$", "$\\ce{^{227}_{90}Th+}$",
        ];
        const found = [];
        for (const text of texts) {
            const place = document.body.appendChild(document.createElement("p"));
            place.textContent = text;
            markFormulas(place, { ofHtml: false });
            await drawFormulas(place);
            found.push({
                tex: place.querySelector("annotation")?.textContent ?? null,
                read: place.querySelector("mrow")?.textContent.replace(/\s/g, "") ?? null,
                hidden: place.querySelector(".katex-html")?.getAttribute("aria-hidden") ?? null,
            });
        }
        return found;
    }"""
    )
    assert fetched.count("mhchem.min.js") == 1
    assert fetched.index("katex.min.js") < fetched.index("mhchem.min.js")
    square, water, barium, energy, wrong, thorium = drawn
    assert square["tex"] == "x^2"
    for formula in (water, barium, energy, thorium):
        assert formula["hidden"] == "true"
        assert formula["tex"].startswith((r"\ce", r"\pu"))
    assert [sign in water["read"] for sign in "H2O"] == [True] * 3
    assert "BaSO" in barium["read"]
    assert "⟶" in barium["read"] or "→" in barium["read"]
    assert "kJ" in energy["read"]
    assert wrong["tex"] is None
