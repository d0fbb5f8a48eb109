"""Crawls the stand-in as a client would who knows JumpCloud's documentation and nothing else, and compares what it finds
with what the stand-in says there is.

    muster sim jumpcloud --users 20000 --control
    python crawl_jumpcloud.py http://127.0.0.1:8411

Python's standard library only. Exits 1 when a type's count differs, a resource came twice, or a request failed.
"""

import http.client
import json
import sys
import threading
import time
import urllib.parse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

THREADS = 8
TRIES = 5

LISTS = {
    "jumpcloud_user": "systemusers", "jumpcloud_device": "systems", "jumpcloud_application": "applications",
    "jumpcloud_organization": "organizations", "jumpcloud_administrator": "users", "jumpcloud_command": "commands",
    "jumpcloud_radius_server": "radiusservers", "jumpcloud_user_group": "v2/usergroups", "jumpcloud_device_group": "v2/systemgroups",
    "jumpcloud_policy": "v2/policies", "jumpcloud_policy_group": "v2/policygroups", "jumpcloud_policy_result": "v2/policyresults",
    "jumpcloud_authentication_policy": "v2/authn/policies", "jumpcloud_ip_list": "v2/iplists", "jumpcloud_apple_mdm": "v2/applemdms",
    "jumpcloud_directory": "v2/directories", "jumpcloud_ldap_server": "v2/ldapservers", "jumpcloud_active_directory": "v2/activedirectories",
    "jumpcloud_gsuite": "v2/gsuites", "jumpcloud_office365": "v2/office365s",
}
TABLES = {
    "jumpcloud_device_app": ["apps", "programs", "linux_packages"],
    "jumpcloud_browser_extension": ["chrome_extensions", "firefox_addons", "safari_extensions", "browser_plugins", "ie_extensions"],
    "jumpcloud_disk_encryption": ["disk_encryption", "bitlocker_info"], "jumpcloud_firewall": ["alf", "windows_security_center"],
    "jumpcloud_ssh_key": ["user_ssh_keys", "authorized_keys"], "jumpcloud_local_user": ["users"], "jumpcloud_certificate": ["certificates"],
}
# What is read per parent: type, whose, the last part of the path.
BELOW = [
    ("jumpcloud_user_group_member", "jumpcloud_user_group", "members"), ("jumpcloud_user_group_device_group", "jumpcloud_user_group", "systemgroups"),
    ("jumpcloud_device_group_member", "jumpcloud_device_group", "members"), ("jumpcloud_application_user", "jumpcloud_application", "users"),
    ("jumpcloud_application_user_group", "jumpcloud_application", "usergroups"), ("jumpcloud_device_user", "jumpcloud_device", "users"),
    ("jumpcloud_policy_device_group", "jumpcloud_policy", "systemgroups"), ("jumpcloud_policy_group_member", "jumpcloud_policy_group", "members"),
    ("jumpcloud_policy_group_device_group", "jumpcloud_policy_group", "systemgroups"),
] + [(f"{parent}_{what}", parent, f"{what.replace('_', '')}s") for parent in
     ("jumpcloud_ldap_server", "jumpcloud_active_directory", "jumpcloud_gsuite", "jumpcloud_office365") for what in ("user", "user_group")]


class Vendor:
    """Asks, a connection per thread; tries again where that may help."""

    def __init__(self, address, key):
        self.host = urllib.parse.urlsplit(address).netloc
        self.key = key
        self.own = threading.local()
        self.requests = Counter()

    def get(self, path):
        for attempt in range(TRIES):
            try:
                if getattr(self.own, "connection", None) is None:
                    self.own.connection = http.client.HTTPConnection(self.host, timeout=60)
                self.own.connection.request("GET", path, headers={"x-api-key": self.key, "accept": "application/json"})
                response = self.own.connection.getresponse()
                body = response.read()
            except (http.client.HTTPException, OSError):
                self.own.connection = None
                if attempt + 1 == TRIES:
                    raise
                continue
            self.requests[response.status] += 1
            if response.status not in (429, 503):
                break
            time.sleep(2)
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {body[:200]!r}")
        return json.loads(body), response.headers

    def all(self, path):
        """A whole list, by skipping what was read until a page is empty; the total has to agree."""
        most = 10_000 if "/systeminsights/" in path else 100
        found = []
        while True:
            page, headers = self.get(f"{path}?limit={most}&skip={len(found)}")
            items = page["results"] if isinstance(page, dict) else page
            total = page["totalCount"] if isinstance(page, dict) else int(headers["x-total-count"])
            if not items:
                if total != len(found):
                    raise RuntimeError(f"{path}: {len(found)} of {total}")
                return found
            found += items


class Crawl:
    def __init__(self, vendor):
        self.vendor = vendor
        self.counts = Counter()
        self.keys = {}
        self.twice = []

    def put(self, kind, items, parent=""):
        """Rows of System Insights have no id: what is in them tells one from another."""
        self.counts[kind] += len(items)
        kept = self.keys.setdefault(kind, set())
        for item in items:
            own = item.get("id") or item.get("_id") or item.get("to", {}).get("id") or json.dumps(item, sort_keys=True)
            if (parent, own) in kept:
                self.twice.append(f"{kind} {parent} {own}")
            kept.add((parent, own))

    def run(self):
        with ThreadPoolExecutor(THREADS) as pool:
            for kind, items in zip(LISTS, pool.map(lambda path: self.vendor.all(f"/api/{path}"), LISTS.values())):
                self.put(kind, items)
            for kind, tables in TABLES.items():
                for table, items in zip(tables, pool.map(lambda table: self.vendor.all(f"/api/v2/systeminsights/{table}"), tables)):
                    self.put(kind, items, table)
            for kind, whose, last in BELOW:
                path = LISTS[whose].removeprefix("v2/")
                parents = sorted(own for _, own in self.keys[whose])
                for parent, items in zip(parents, pool.map(lambda parent: self.vendor.all(f"/api/v2/{path}/{parent}/{last}"), parents)):
                    self.put(kind, items, parent)
            for _, policy in self.keys["jumpcloud_policy"]:
                self.vendor.get(f"/api/v2/policies/{policy}")
            for _, organization in self.keys["jumpcloud_organization"]:
                self.put("jumpcloud_organization_settings", [self.vendor.get(f"/api/organizations/{organization}")[0]])


def main():
    vendor = Vendor(sys.argv[1], "sim-api-key")
    crawl, started = Crawl(vendor), time.monotonic()
    crawl.run()
    expected, _ = vendor.get("/_sim/counts")
    for kind in sorted(crawl.counts.keys() | expected.keys()):
        same = crawl.counts[kind] == expected.get(kind, 0)
        print(f"{kind:38} {crawl.counts[kind]:>9}" + ("" if same else f"   the stand-in says {expected.get(kind)}"))
    print(f"{sum(crawl.counts.values())} resources, {sum(vendor.requests.values())} requests, {time.monotonic() - started:.1f} s")
    for key in crawl.twice[:20]:
        print(f"PROBLEM {key} came twice", file=sys.stderr)
    differ = any(crawl.counts[kind] != expected.get(kind, 0) for kind in crawl.counts.keys() | expected.keys())
    sys.exit(1 if crawl.twice or differ else 0)


if __name__ == "__main__":
    main()
