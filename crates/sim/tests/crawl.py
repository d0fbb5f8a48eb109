"""Crawls the stand-in as a client would who knows Okta's documentation and nothing else, and compares what it finds with
what the stand-in says there is.

    muster sim okta --users 20000 --control
    python crawl.py http://127.0.0.1:8410

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

# Without a filter the list of users leaves out those who were deprovisioned.
STATUSES = ["ACTIVE", "STAGED", "PROVISIONED", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED", "DEPROVISIONED"]
CLASSIC_POLICIES = ["OKTA_SIGN_ON", "PASSWORD", "MFA_ENROLL", "IDP_DISCOVERY"]
IDENTITY_ENGINE_POLICIES = ["ACCESS_POLICY", "PROFILE_ENROLLMENT", "POST_AUTH_SESSION", "SESSION_VIOLATION_DETECTION",
                            "ENTITY_RISK", "CLIENT_UPDATE", "DEVICE_SIGNAL_COLLECTION", "IDENTITY_CLAIM_SOURCING"]


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, path, status, body):
        super().__init__(f"{path}: {status} {body[:200]!r}")
        self.status = status


class Vendor:
    """Asks, a connection per thread; waits where the vendor says so and tries again where that may help."""

    def __init__(self, address, token):
        self.host = urllib.parse.urlsplit(address).netloc
        self.token = token
        self.own = threading.local()
        self.requests = Counter()

    def get(self, path):
        for attempt in range(TRIES):
            try:
                status, headers, body = self.ask(path)
            except (http.client.HTTPException, OSError):
                self.own.connection = None
                if attempt + 1 == TRIES:
                    raise
                continue
            if status == 429:
                time.sleep(max(0.0, float(headers.get("x-rate-limit-reset", 0)) - time.time()) + 1)
            elif status < 500:
                break
        if status != 200:
            raise Refused(path, status, body)
        return json.loads(body), headers

    def ask(self, path):
        if getattr(self.own, "connection", None) is None:
            self.own.connection = http.client.HTTPConnection(self.host, timeout=60)
        self.own.connection.request("GET", path, headers={"authorization": f"SSWS {self.token}", "accept": "application/json"})
        response = self.own.connection.getresponse()
        body = response.read()
        self.requests[response.status] += 1
        return response.status, response.headers, body

    def pages(self, path):
        """Every page of a list, by the next links."""
        followed = set()
        while path:
            if path in followed:
                raise RuntimeError(f"{path} leads to itself")
            followed.add(path)
            items, headers = self.get(path)
            yield items
            path = next_path(headers.get_all("link") or [])

    def all(self, path):
        return [item for page in self.pages(path) for item in page]


def next_path(lines):
    """RFC 8288, as far as it is used: the target of the link with rel="next"."""
    for part in ", ".join(lines).split(", <"):
        target, _, parameters = part.lstrip("<").partition(">")
        if 'rel="next"' in parameters:
            address = urllib.parse.urlsplit(target)
            return f"{address.path}?{address.query}"
    return None


def own_key(kind, item):
    """What tells an item from others of its parent."""
    if kind == "okta_device_user":
        return item["user"]["id"]
    names = {"okta_authenticator_method": "type", "okta_custom_role_permission": "label", "okta_identity_provider_key": "kid",
             "okta_application_key": "kid"}
    return item.get(names.get(kind, "id"))


class Crawl:
    def __init__(self, vendor):
        self.vendor = vendor
        self.keys = {}
        self.twice = []
        self.lock = threading.Lock()

    def put(self, kind, items, parent=None):
        keys = [own_key(kind, item) if parent is None else (parent, own_key(kind, item)) for item in items]
        with self.lock:
            kept = self.keys.setdefault(kind, set())
            for key in keys:
                if key in kept:
                    self.twice.append(f"{kind} {key}")
                kept.add(key)

    def top(self, kind, path):
        """A list of its own; answers its identifiers."""
        self.put(kind, items := self.vendor.all(path))
        return [own_key(kind, item) for item in items]

    def each(self, pool, parents, kind, path):
        """A list per parent, many at once."""
        def one(parent):
            for items in self.vendor.pages(path.format(parent)):
                self.put(kind, items, parent)
        self.keys.setdefault(kind, set())
        list(pool.map(one, parents))

    def maybe(self, kind, path):
        """A list that an organisation may lack."""
        self.keys.setdefault(kind, set())
        try:
            return self.top(kind, path)
        except Refused as refusal:
            if refusal.status != 401:
                raise
            return []

    def inside(self, kind, path, member, parent=None):
        """A list in a member of the body, with its next link beside it; answers its identifiers."""
        self.keys.setdefault(kind, set())
        found = []
        while path:
            body, _ = self.vendor.get(path)
            self.put(kind, body[member], parent)
            found += [own_key(kind, item) for item in body[member]]
            target = body["_links"].get("next", {}).get("href")
            address = urllib.parse.urlsplit(target) if target else None
            path = f"{address.path}?{address.query}" if address else None
        return found

    def rest(self, pool, groups, applications):
        for kind, path in [("okta_network_zone", "zones?limit=200"), ("okta_trusted_origin", "trustedOrigins?limit=200"), ("okta_behavior", "behaviors"),
                           ("okta_identity_provider", "idps?limit=200"), ("okta_identity_provider_key", "idps/credentials/keys?limit=200"),
                           ("okta_event_hook", "eventHooks"), ("okta_inline_hook", "inlineHooks"), ("okta_log_stream", "logStreams?limit=200"),
                           ("okta_api_token", "api-tokens"), ("okta_agent_pool", "agentPools?limitPerPoolType=200")]:
            self.top(kind, f"/api/v1/{path}")
        self.maybe("okta_device_assurance", "/api/v1/device-assurances")
        self.each(pool, self.maybe("okta_authenticator", "/api/v1/authenticators"), "okta_authenticator_method", "/api/v1/authenticators/{}/methods")
        self.each(pool, self.maybe("okta_device", "/api/v1/devices?limit=200"), "okta_device_user", "/api/v1/devices/{}/users")
        for brand in self.top("okta_brand", "/api/v1/brands?limit=200"):
            self.put("okta_sign_in_page", [self.vendor.get(f"/api/v1/brands/{brand}/pages/sign-in")[0]], brand)
        self.put("okta_threat_insight", [self.vendor.get("/api/v1/threats/configuration")[0]])
        self.put("okta_first_party_application_setting", [self.vendor.get("/api/v1/first-party-app-settings/admin-console")[0]])
        for server in self.top("okta_authorization_server", "/api/v1/authorizationServers?limit=200"):
            path = f"/api/v1/authorizationServers/{server}"
            policies = self.vendor.all(f"{path}/policies")
            self.put("okta_authorization_server_policy", policies, server)
            for policy in policies:
                self.put("okta_authorization_server_policy_rule", self.vendor.all(f"{path}/policies/{policy['id']}/rules"), (server, policy["id"]))
            self.put("okta_authorization_server_scope", self.vendor.all(f"{path}/scopes?limit=200"), server)
            self.put("okta_authorization_server_claim", self.vendor.all(f"{path}/claims"), server)
        administrators = self.inside("okta_administrator", "/api/v1/iam/assignees/users?limit=100", "value")
        self.each(pool, administrators, "okta_administrator_role", "/api/v1/users/{}/roles")
        for role in self.inside("okta_custom_role", "/api/v1/iam/roles", "roles"):
            self.inside("okta_custom_role_permission", f"/api/v1/iam/roles/{role}/permissions", "permissions", role)
        for group in self.inside("okta_resource_set", "/api/v1/iam/resource-sets", "resource-sets"):
            path = f"/api/v1/iam/resource-sets/{group}"
            self.inside("okta_resource_set_resource", f"{path}/resources?limit=100", "resources", group)
            for role in self.inside("okta_resource_set_binding", f"{path}/bindings", "roles", group):
                self.inside("okta_resource_set_member", f"{path}/bindings/{role}/members", "members", (group, role))
        self.each(pool, applications, "okta_application_key", "/api/v1/apps/{}/credentials/keys")
        self.each(pool, applications, "okta_application_grant", "/api/v1/apps/{}/grants")
        self.each(pool, groups, "okta_group_owner", "/api/v1/groups/{}/owners?limit=1000")

    def policies(self):
        organisation, _ = self.vendor.get("/.well-known/okta-organization")
        identity_engine = organisation["pipeline"] == "idx"
        found = []
        for kind in CLASSIC_POLICIES + (IDENTITY_ENGINE_POLICIES if identity_engine else []):
            try:
                found += self.top("okta_policy", f"/api/v1/policies?type={kind}")
            except Refused as refusal:
                # a type of policy that this organisation was not given
                if kind in CLASSIC_POLICIES or refusal.status not in (400, 401):
                    raise
        return found

    def run(self):
        everyone = urllib.parse.quote(" or ".join(f'status eq "{status}"' for status in STATUSES))
        with ThreadPoolExecutor(THREADS) as pool:
            users = self.top("okta_user", f"/api/v1/users?limit=200&filter={everyone}")
            self.each(pool, users, "okta_factor", "/api/v1/users/{}/factors")
            groups = self.top("okta_group", "/api/v1/groups?limit=200")
            self.each(pool, groups, "okta_group_member", "/api/v1/groups/{}/users?limit=200")
            self.top("okta_group_rule", "/api/v1/groups/rules?limit=50")
            applications = self.top("okta_application", "/api/v1/apps?limit=200")
            self.each(pool, applications, "okta_application_user", "/api/v1/apps/{}/users?limit=500")
            self.each(pool, applications, "okta_application_group", "/api/v1/apps/{}/groups?limit=200")
            policies = self.policies()
            self.each(pool, policies, "okta_policy_rule", "/api/v1/policies/{}/rules")
            self.each(pool, policies, "okta_policy_mapped_application", "/api/v1/policies/{}/app?limit=200")
            for mapping in self.top("okta_profile_mapping", "/api/v1/mappings?limit=200"):
                self.vendor.get(f"/api/v1/mappings/{mapping}")
            self.top("okta_user_type", "/api/v1/meta/types/user")
            self.top("okta_feature", "/api/v1/features")
            self.put("okta_domain", self.vendor.get("/api/v1/domains")[0]["domains"])
            self.put("okta_organization", [self.vendor.get("/api/v1/org")[0]])
            self.rest(pool, groups, applications)


def main():
    vendor = Vendor(sys.argv[1], "sim-super-admin")
    crawl, started = Crawl(vendor), time.monotonic()
    crawl.run()
    found = {kind: len(keys) for kind, keys in crawl.keys.items()}
    expected, _ = vendor.get("/_sim/counts")
    for kind in sorted(found.keys() | expected.keys()):
        same = found.get(kind) == expected.get(kind)
        print(f"{kind:32} {found.get(kind, 0):>9}" + ("" if same else f"   the stand-in says {expected.get(kind)}"))
    print(f"{sum(found.values())} resources, {sum(vendor.requests.values())} requests, {time.monotonic() - started:.1f} s")
    for key in crawl.twice[:20]:
        print(f"PROBLEM {key} came twice", file=sys.stderr)
    sys.exit(1 if crawl.twice or found != expected else 0)


if __name__ == "__main__":
    main()
