"""The tracker on a page of another origin in a real browser (spec tracking.md). Arguments name tests; without any, all are run."""

import inspect
import os
import sys
import time
import traceback

from playwright.sync_api import sync_playwright

import tracker_calls
import tracker_delivery
import tracker_rules
from tracker_site import Collector, Shop, Visitor


def tests(module):
    """A module's functions that are tests: those that take a visitor and the collector."""
    return [
        function for _, function in inspect.getmembers(module, inspect.isfunction)
        if list(inspect.signature(function).parameters) == ["visitor", "collector"]
    ]


def run(test, browser, collector):
    collector.reset()
    visitor = Visitor(browser, Shop(collector))
    start = time.monotonic()
    try:
        test(visitor, collector)
        print(f"ok   {test.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
        return True
    except Exception:
        print(f"FAIL {test.__name__}\n{traceback.format_exc()}", flush=True)
        return False
    finally:
        visitor.context.close()
        visitor.shop.server.shutdown()


def main():
    everything = [test for module in (tracker_calls, tracker_delivery, tracker_rules) for test in tests(module)]
    asked = [test for test in everything if not sys.argv[1:] or test.__name__ in sys.argv[1:]]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["REORDER_TEST_CHROMIUM"],
            args=["--no-sandbox", "--host-resolver-rules=MAP shop.larkspur.example 127.0.0.1"],
        )
        collector = Collector()
        passed = [run(test, browser, collector) for test in asked]
        browser.close()
    print(f"{passed.count(True)} of {len(passed)} passed.")
    sys.exit(0 if passed and all(passed) else 1)


main()
