//! Who has which application, and what becomes of it.

use std::ops::ControlFlow;

use super::{Case, Cases, text};
use crate::company::accounts::Status;
use crate::company::groups::EVERYONE;
use crate::okta::application_document;
use crate::state::Via;

impl Cases<'_> {
    pub(super) fn assignments(&mut self) {
        let state = self.state;
        let company = &state.company;
        let (mut left, mut failed, mut by_hand) =
            (Case::default(), Case::default(), Case::default());
        let (mut unused, mut off, mut everyone) =
            (Case::default(), Case::default(), Case::default());
        for a in (0..state.applications.len()).filter(|a| !state.applications[*a].gone) {
            let application = &state.applications[a];
            let id = company.ids.application(a);
            let mut users = 0;
            state.visit_assigned(a, 0, |_, i, via| {
                users += 1;
                let key = || format!("{id}/{}", company.ids.user(i));
                // an account that was deactivated in the application too is in order
                if state.status(i) == Status::Deprovisioned && !company.account_closed(a, i) {
                    left.add(key);
                }
                if company.sync_failed(a, i) {
                    failed.add(key);
                }
                if via == Via::Hand && !application.groups.is_empty() {
                    by_hand.add(key);
                }
                ControlFlow::Continue(())
            });
            if application.groups.iter().any(|(g, _)| *g == EVERYONE) {
                everyone.add(|| id.to_string());
            }
            let assigned = users > 0 || !application.groups.is_empty();
            let document = application_document::document(&self.context, a);
            match text(&document, "/status") {
                "ACTIVE" if !assigned => unused.add(|| id.to_string()),
                "INACTIVE" if assigned => off.add(|| id.to_string()),
                _ => {}
            }
        }
        self.put("OKTA-108 deprovisioned user still assigned", left);
        self.put("OKTA-109 application user sync error", failed);
        self.put("OKTA-110 application assigned to Everyone", everyone);
        self.put("OKTA-111 assigned by hand where groups are", by_hand);
        self.put(
            "OKTA-112 active application with no users and no groups",
            unused,
        );
        self.put("OKTA-113 inactive application still assigned", off);
    }
}
