//! Which events a change may be due to, and what they agree on. No I/O.

use muster_model::Party;

use super::KEPT;

/// How far the vendor's clock and ours may differ, in milliseconds.
const CLOCKS: i64 = 2_000;
/// So long, in milliseconds, a resource may show what was done to it after the time that the event has.
const SHOWS_LATE: i64 = 5_000;

/// Between which moments a change came about, both in it, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub since: i64,
    pub until: i64,
}

impl Window {
    /// The window of a change.
    ///
    /// `observed` is when the resource was last read before, with others or by itself, and `changed` when its change before
    /// this one was. What happened a little before `observed` may not have shown yet, or have another time by the vendor's
    /// clock. What happened before `changed` is behind that change, so there the window begins sharply. None when neither
    /// is known or both were too long ago.
    pub fn of(observed: Option<i64>, changed: Option<i64>, recorded_at: i64) -> Option<Self> {
        let since = observed
            .map(|observed| observed - SHOWS_LATE)
            .max(changed)?;
        (since >= recorded_at - KEPT).then_some(Self {
            since,
            until: recorded_at + CLOCKS,
        })
    }

    #[cfg(test)]
    fn holds(&self, moment: i64) -> bool {
        (self.since..=self.until).contains(&moment)
    }
}

/// An event in a change's window that is about its resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub time: i64,
    pub event: String,
    pub activity: String,
    pub actor: Party,
}

/// What all candidates say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Agreed {
    pub actor: Option<Party>,
    /// What happened, and the last event of it.
    pub event: Option<(String, String)>,
}

impl Agreed {
    /// Where they agree. The order of `candidates` does not matter.
    pub fn of(mut candidates: Vec<Candidate>) -> Self {
        candidates
            .sort_unstable_by(|one, other| (one.time, &one.event).cmp(&(other.time, &other.event)));
        let Some(last) = candidates.last() else {
            return Self::default();
        };
        let all = |agrees: &dyn Fn(&Candidate) -> bool| candidates.iter().all(agrees);
        let same_actor = is_known(&last.actor) && all(&|other| is_same(&other.actor, &last.actor));
        let same_activity = all(&|other| other.activity == last.activity);
        Self {
            actor: same_actor.then(|| last.actor.clone()),
            event: same_activity.then(|| (last.activity.clone(), last.event.clone())),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.actor.is_none() && self.event.is_none()
    }
}

fn is_known(actor: &Party) -> bool {
    actor.id.is_some() || actor.name.is_some()
}

/// Whether two events name the same actor. Names change, ids do not.
fn is_same(one: &Party, other: &Party) -> bool {
    match (&one.id, &other.id) {
        (Some(one), Some(other)) => one == other,
        (None, None) => (&one.kind, &one.name) == (&other.kind, &other.name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 60 * 60 * 1000;
    const T: i64 = 1_772_323_200_000;

    #[test]
    fn a_window_begins_where_the_resource_was_known_last() {
        let window = |observed: Option<i64>, changed: Option<i64>| {
            Window::of(observed, changed, T).map(|window| (T - window.since, window.until - T))
        };
        for (observed, changed, expected) in [
            // Never read before: it may be as old as the organisation.
            (None, None, None),
            (Some(T - 600_000), None, Some((605_000, 2_000))),
            (None, Some(T - 10_000), Some((10_000, 2_000))),
            (Some(T - 600_000), Some(T - 10_000), Some((10_000, 2_000))),
            (Some(T - 10_000), Some(T - 600_000), Some((15_000, 2_000))),
            (Some(T - 3 * DAY), None, None),
            (Some(T - 3 * DAY), Some(T - DAY), Some((DAY, 2_000))),
        ] {
            assert_eq!(
                window(observed, changed),
                expected,
                "{observed:?} {changed:?}"
            );
        }
        let window = Window::of(Some(T - 600_000), None, T).unwrap();
        assert!(window.holds(T - 605_000) && window.holds(T + 2_000));
        assert!(!window.holds(T - 605_001) && !window.holds(T + 2_001));
    }

    fn candidate(time: i64, activity: &str, id: Option<&str>, name: Option<&str>) -> Candidate {
        Candidate {
            time,
            event: format!("{activity} at {time}"),
            activity: activity.to_owned(),
            actor: Party {
                id: id.map(str::to_owned),
                kind: None,
                name: name.map(str::to_owned),
            },
        }
    }

    #[test]
    fn only_what_all_candidates_say_is_said() {
        let ada = |time, activity| candidate(time, activity, Some("a"), Some("ada"));
        let bob = |time, activity| candidate(time, activity, Some("b"), Some("bob"));
        let nobody = |time, activity| candidate(time, activity, None, None);
        let agreed = |candidates: Vec<Candidate>| {
            let agreed = Agreed::of(candidates);
            (
                agreed.actor.and_then(|actor| actor.name),
                agreed.event.map(|(activity, event)| {
                    let time = event.rsplit(' ').next().unwrap().to_owned();
                    format!("{activity} {time}")
                }),
            )
        };
        let text = |text: &str| Some(text.to_owned());
        for (candidates, expected) in [
            (vec![], (None, None)),
            (vec![ada(1, "x")], (text("ada"), text("x 1"))),
            (vec![ada(2, "x"), ada(1, "x")], (text("ada"), text("x 2"))),
            (vec![ada(1, "x"), ada(2, "y")], (text("ada"), None)),
            (vec![ada(1, "x"), bob(2, "x")], (None, text("x 2"))),
            (vec![ada(1, "x"), bob(2, "y")], (None, None)),
            // Who did the other thing is not told: it need not have been her.
            (vec![ada(1, "x"), nobody(2, "x")], (None, text("x 2"))),
            (vec![nobody(1, "x")], (None, text("x 1"))),
            // Renamed in between: the newer name.
            (
                vec![candidate(1, "x", Some("a"), Some("ada b")), ada(2, "x")],
                (text("ada"), text("x 2")),
            ),
            // The same name with and without an id need not be the same.
            (
                vec![candidate(1, "x", None, Some("ada")), ada(2, "x")],
                (None, text("x 2")),
            ),
            (
                vec![
                    candidate(1, "x", None, Some("ada")),
                    candidate(2, "x", None, Some("ada")),
                ],
                (text("ada"), text("x 2")),
            ),
        ] {
            assert_eq!(agreed(candidates.clone()), expected, "{candidates:?}");
        }
    }
}
