//! What rules come to in a pack.

use std::collections::BTreeMap;

use serde::Serialize;

use super::state::{RuleState, RuleStates};
use crate::{RulesError, pack::Pack};

/// How far a pack is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct PackReport {
    /// Controls that pass among those that pass or fail, 0 to 1; absent when there is none.
    pub score: Option<f64>,
    /// Controls by verdict.
    pub tally: ControlTally,
    /// Each control, in the order of the pack.
    pub controls: Vec<ControlReport>,
}

/// Controls by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ControlTally {
    /// Kept.
    pub pass: u64,
    /// Broken.
    pub fail: u64,
    /// Something is missing.
    pub not_evaluated: u64,
    /// About nothing that is there.
    pub not_applicable: u64,
    /// What is collected does not tell.
    pub not_decided: u64,
}

/// What is said of one control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlReport {
    /// The control's id.
    pub id: String,
    /// What is said of it.
    pub verdict: ControlVerdict,
}

/// What can be said of a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlVerdict {
    /// Its rules are kept.
    Pass,
    /// One of its rules is broken somewhere.
    Fail,
    /// Its rules are about nothing that is there.
    NotApplicable,
    /// None of its rules is broken, and one could not be judged everywhere.
    NotEvaluated,
    /// No rule decides it.
    NotDecided,
}

impl RuleStates<'_> {
    /// How far a pack is kept at present. Suppressed findings count as neither kept nor broken.
    ///
    /// # Errors
    /// [`RulesError::Control`].
    pub fn pack(&self, pack: &Pack) -> Result<PackReport, RulesError> {
        Ok(report(pack, &self.all()?))
    }
}

fn report(pack: &Pack, states: &BTreeMap<String, RuleState>) -> PackReport {
    let mut tally = ControlTally::default();
    let controls = pack
        .controls
        .iter()
        .map(|control| {
            let verdict = verdict(control.rules.iter().map(|rule| states.get(rule)));
            *match verdict {
                ControlVerdict::Pass => &mut tally.pass,
                ControlVerdict::Fail => &mut tally.fail,
                ControlVerdict::NotEvaluated => &mut tally.not_evaluated,
                ControlVerdict::NotApplicable => &mut tally.not_applicable,
                ControlVerdict::NotDecided => &mut tally.not_decided,
            } += 1;
            ControlReport {
                id: control.id.clone(),
                verdict,
            }
        })
        .collect();
    let judged = tally.pass + tally.fail;
    PackReport {
        score: (judged > 0).then(|| tally.pass as f64 / judged as f64),
        tally,
        controls,
    }
}

/// What the rules of a control come to; `None` is a rule that was never judged.
fn verdict<'s>(states: impl ExactSizeIterator<Item = Option<&'s RuleState>>) -> ControlVerdict {
    if states.len() == 0 {
        return ControlVerdict::NotDecided;
    }
    let (mut passed, mut missing) = (false, false);
    for state in states {
        let Some(state) = state else {
            missing = true;
            continue;
        };
        if state.counts.fail > 0 {
            return ControlVerdict::Fail;
        }
        let all = state.integrations.iter().all(|one| one.evaluated);
        missing |= state.counts.not_evaluated > 0 || !all;
        passed |= state.counts.pass > 0;
    }
    match (missing, passed) {
        (true, _) => ControlVerdict::NotEvaluated,
        (false, true) => ControlVerdict::Pass,
        (false, false) => ControlVerdict::NotApplicable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Counts;

    fn state(pass: u64, fail: u64, suppressed: u64, not_evaluated: u64) -> RuleState {
        RuleState {
            counts: Counts {
                pass,
                fail,
                suppressed,
                not_applicable: 0,
                not_evaluated,
            },
            ..RuleState::default()
        }
    }

    fn said(states: &[Option<RuleState>]) -> ControlVerdict {
        let states: Vec<_> = states.iter().map(Option::as_ref).collect();
        verdict(states.into_iter())
    }

    #[test]
    fn the_worst_that_is_known_decides() {
        let (kept, broken) = (state(3, 0, 0, 0), state(2, 1, 0, 4));
        assert_eq!(said(&[]), ControlVerdict::NotDecided);
        assert_eq!(said(&[Some(kept.clone())]), ControlVerdict::Pass);
        assert_eq!(
            said(&[Some(kept.clone()), Some(broken)]),
            ControlVerdict::Fail
        );
        assert_eq!(
            said(&[Some(kept.clone()), Some(state(3, 0, 0, 1))]),
            ControlVerdict::NotEvaluated
        );
        assert_eq!(said(&[Some(kept), None]), ControlVerdict::NotEvaluated);
        assert_eq!(
            said(&[Some(state(0, 0, 2, 0))]),
            ControlVerdict::NotApplicable
        );
        assert_eq!(said(&[Some(state(1, 0, 2, 0))]), ControlVerdict::Pass);
    }
}
