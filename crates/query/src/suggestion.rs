/// How many names a suggestion offers at most.
const OFFERED: usize = 3;

/// The names among `candidates` that `word` may have been meant as, nearest first.
pub(crate) fn near<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    let mut found: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let distance = strsim::osa_distance(&word, &lower);
            let contains = word.len() >= 4 && (lower.contains(&word) || word.contains(&lower));
            (distance <= allowed || contains).then_some((distance, candidate))
        })
        .collect();
    found.sort();
    found.dedup();
    found.truncate(OFFERED);
    found.into_iter().map(|(_, name)| name).collect()
}

/// "did you mean `a`, `b` or `c`?", or nothing when no name is near.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let names: Vec<String> = near(word, candidates)
        .into_iter()
        .map(|name| format!("`{name}`"))
        .collect();
    let (last, first) = names.split_last()?;
    Some(if first.is_empty() {
        format!("did you mean {last}?")
    } else {
        format!("did you mean {} or {last}?", first.join(", "))
    })
}

/// Whether `word` is `name` with a slip of the keyboard, so that reading it as another, undeclared name would
/// hide a mistake.
pub(crate) fn is_slip(word: &str, name: &str) -> bool {
    let (word, name) = (word.to_lowercase(), name.to_lowercase());
    let length = word.chars().count().min(name.chars().count());
    if length < 4 {
        return false;
    }
    match strsim::osa_distance(&word, &name) {
        0 | 1 => true,
        2 => length >= 8 && !word.starts_with(&name) && !name.starts_with(&word),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_comes_first() {
        assert_eq!(
            near("okta_usr", ["okta_group", "okta_user", "okta_user_type"]),
            ["okta_user"]
        );
        assert_eq!(
            did_you_mean("emial", ["email", "login"]).as_deref(),
            Some("did you mean `email`?")
        );
        assert_eq!(did_you_mean("zzzz", ["email"]), None);
    }

    #[test]
    fn a_slip_is_told_from_another_word() {
        assert!(is_slip("emial", "email"));
        assert!(is_slip("statuss", "status"));
        assert!(!is_slip("managerId", "manager"));
        assert!(!is_slip("nickName", "lastName"));
        assert!(!is_slip("city", "type"));
    }
}
