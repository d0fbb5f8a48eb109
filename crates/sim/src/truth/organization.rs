//! The organisation itself: its groups and rules, domains, tokens, and who may look in.

use super::{Case, Cases, text};
use crate::clock::{DAY, parse_millis};
use crate::company::accounts::Status;
use crate::ids::Kind;
use crate::okta::{domains, group_rules, organization};

impl Cases<'_> {
    pub(super) fn groups(&mut self) {
        let state = self.state;
        let (mut invalid, mut empty) = (Case::default(), Case::default());
        for r in 0..state.company.rules.len() {
            let rule = group_rules::document(&self.context, r);
            if rule["status"] == "INVALID" {
                let id = state.company.ids.id(Kind::GroupRule, r as u64);
                invalid.add(|| id.to_string());
            }
        }
        for g in (0..state.groups.len())
            .filter(|g| !state.groups[*g].gone && state.member_count(*g) == 0)
        {
            empty.add(|| state.company.ids.group(g).to_string());
        }
        self.put("OKTA-086 invalid group rule", invalid);
        self.put("OKTA-114 empty group", empty);
    }

    pub(super) fn organization(&mut self) {
        let company = &self.state.company;
        let mut granted = Case::default();
        let support = organization::support_document(&self.context);
        // what has no end is not over
        let over =
            parse_millis(text(&support, "/expiration")).is_some_and(|end| end / 1000 <= self.now);
        if support["support"] == "ENABLED" && !over {
            granted.add(|| company.ids.id(Kind::Organization, 0).to_string());
        }
        let mut domain_case = Case::default();
        for n in 0..company.domains().len() {
            let domain = domains::document(&self.context, n, false);
            let id = text(&domain, "/id");
            let valid = matches!(text(&domain, "/validationStatus"), "COMPLETED" | "VERIFIED");
            let managed = text(&domain, "/certificateSourceType") == "OKTA_MANAGED";
            if id != "default" && !(valid && managed) {
                domain_case.add(|| id.to_owned());
            }
        }
        self.put("OKTA-087 support access granted", granted);
        self.put(
            "OKTA-090 custom domain not validated, or certificate not managed",
            domain_case,
        );
    }

    pub(super) fn tokens(&mut self) {
        let (state, company) = (self.state, &self.state.company);
        let (mut anywhere, mut unused, mut orphaned) =
            (Case::default(), Case::default(), Case::default());
        for (n, token) in company.api_tokens().iter().enumerate() {
            let id = || company.ids.id(Kind::ApiToken, n as u64).to_string();
            if token.anywhere {
                anywhere.add(id);
            }
            if token.last_updated < self.now - 30 * DAY {
                unused.add(id);
            }
            if !state.exists(token.owner) || state.status(token.owner) != Status::Active {
                orphaned.add(id);
            }
        }
        self.put("OKTA-025 API token not bound to a network zone", anywhere);
        self.put("OKTA-076 API token unused for 30 days", unused);
        self.put("OKTA-077 API token owner not active", orphaned);
    }
}
