"""Chromium for benches: slow phones, and what a page's scripts take while one looks at them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
import msgspec
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from tests.browser.stage import CHROMIUM_NAMES
from tests.support.server import EDUCATOR, PASSWORD

SLOWER = 4
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
WATCH = """{
  const fresh = () => ({ longest: 0, frame: 0, lastLong: 0, from: performance.now() });
  window.watched = { ...fresh(), from: 0 };
  window.beginWatch = () => { window.watched = fresh(); };
  const kinds = { longtask: "longest", "long-animation-frame": "frame" };
  const observer = new PerformanceObserver((list) => {
    for (const { entryType, startTime, duration } of list.getEntries()) {
      const { watched } = window, name = kinds[entryType];
      if (startTime < watched.from) continue;
      if (entryType === "longtask") watched.lastLong = startTime + duration;
      watched[name] = Math.max(watched[name], duration);
    }
  });
  for (const type of Object.keys(kinds)) observer.observe({ type, buffered: true });
}"""
"""Keeps the longest task and the longest frame (script, style and layout), in milliseconds, since
`beginWatch`; zero where none took 50."""
LOGIN = f'mutation {{ login(email: "{EDUCATOR}", password: "{PASSWORD}") {{ accessToken }} }}'


class Held(NamedTuple):
    """What a page holds after a collection."""

    mib: float
    nodes: int
    listeners: int


def chromium() -> str:
    """The machine's Chromium. `StopIteration` without one."""
    return next(found for name in CHROMIUM_NAMES if (found := shutil.which(name)))


def on_a_phone(context: BrowserContext) -> tuple[Page, CDPSession]:
    """A page of a slow phone."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(WATCH)
    return page, session


def signed_in(context: BrowserContext, url: str) -> BrowserContext:
    """The context, with a session of its own: a refresh cookie works once."""
    context.request.post(f"{url}/graphql", data={"query": LOGIN})
    context.add_init_script("localStorage.setItem('stoa.signed-in', 'true')")
    return context


def held(session: CDPSession) -> Held:
    """What the page holds after a collection, its detached nodes too."""
    for _ in range(2):  # what the first one finalises, the second one frees
        session.send("HeapProfiler.collectGarbage")
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    counted = session.send("Memory.getDOMCounters")
    return Held(used / 1024**2, counted["nodes"], counted["jsEventListeners"])


@contextmanager
def watching(browser: Browser, page: Page) -> Iterator[dict[str, float]]:
    """The longest task and the longest frame of this time, in milliseconds.

    By the clock (`longest`, `frame`), and in time of the page's own main thread (`own`).
    """
    found: dict[str, float] = {}
    page.evaluate("beginWatch()")
    browser.start_tracing(page=page, categories=["toplevel"])
    yield found
    trace = browser.stop_tracing()
    watched = page.evaluate("window.watched")
    found |= {"longest": watched["longest"], "frame": watched["frame"], "own": own_ms(trace)}


def own_ms(trace: bytes) -> float:
    """The most processor time that a task of a page took."""
    events = msgspec.json.decode(trace)["traceEvents"]
    threads = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks: list[float] = [
        event["tdur"]
        for event in events
        if (event["pid"], event["tid"]) in threads and "tdur" in event
    ]
    if not tasks:
        raise ValueError("the trace has no task of a page")
    return max(tasks) / 1000


def busy_percent(page: Page, session: CDPSession, seconds: float) -> float:
    """How much of a core the page's tasks take while nothing happens, in its thread's own time."""
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

    before, began = spent(), time.monotonic()
    page.wait_for_timeout(seconds * 1000)
    share = (spent() - before) / (time.monotonic() - began)
    session.send("Performance.disable")
    return 100 * share


def ask(url: str, query: str, token: str = "", **variables: Any) -> Any:
    """The `data` of an answer. Raises `ConnectionError` with its errors."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    body = {"query": query, "variables": variables}
    answer = httpx.post(f"{url}/graphql", json=body, headers=headers, timeout=30).json()
    if answer.get("errors"):
        raise ConnectionError(answer["errors"])
    return answer["data"]


def token_of_teacher(url: str) -> str:
    """An access token of the demonstration school's teacher."""
    token: str = ask(url, LOGIN)["login"]["accessToken"]
    return token
