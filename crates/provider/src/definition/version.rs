//! Which parts of a text are versions, so that an upgrade does not make another resource of a thing.

/// `text` without its versions: numbers with dots in them (`23.01`, `v1.2.3`, `5.15.0-91`), where a word begins or
/// after `-`, `_` or `@`. A plain number stays: it may tell products apart (`7-Zip`, `Office 365`, `python3`).
pub(super) fn without(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    let mut before: Option<char> = None;
    while let Some(first) = rest.chars().next() {
        let begins = before.is_none_or(|before| !before.is_alphanumeric() && before != '.');
        let length = if begins { version_length(rest) } else { None };
        if let Some(length) = length {
            // The sign that joined it to the name goes along.
            while kept.ends_with(['-', '_', '@', ' ']) {
                kept.pop();
            }
            rest = &rest[length..];
            before = kept.chars().next_back();
            continue;
        }
        kept.push(first);
        before = Some(first);
        rest = &rest[first.len_utf8()..];
    }
    kept.trim().to_owned()
}

/// How long the version is that `text` begins with.
fn version_length(text: &str) -> Option<usize> {
    let digits = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let prefix = text.len() - digits.len();
    let mut length = 0;
    let mut dots = 0;
    let mut last = None;
    for (at, letter) in digits.char_indices() {
        let next = digits[at + letter.len_utf8()..].chars().next();
        match letter {
            '0'..='9' => {}
            '.' if last.is_some_and(is_digit) && next.is_some_and(is_digit) => dots += 1,
            // `-91`, `+b1`, `~rc1`, `:1` continue a version that has begun.
            '-' | '+' | '~' | ':'
                if dots > 0 && last.is_some_and(is_part) && next.is_some_and(is_digit) => {}
            _ if dots > 0 && letter.is_ascii_alphanumeric() && last.is_some_and(is_part) => {}
            _ => break,
        }
        last = Some(letter);
        length = at + letter.len_utf8();
    }
    let ends = digits[length..]
        .chars()
        .next()
        .is_none_or(|next| !next.is_alphanumeric());
    (dots > 0 && ends).then_some(prefix + length)
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit()
}

fn is_part(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn an_upgrade_leaves_the_text_as_it_was() {
        for (text, expected) in [
            ("7-Zip 23.01 (x64)", "7-Zip (x64)"),
            ("Google Chrome 120.0.6099.130", "Google Chrome"),
            ("/Applications/Foo 12.3.app", "/Applications/Foo.app"),
            (
                r"C:\Program Files\Java\jdk-17.0.2\",
                r"C:\Program Files\Java\jdk\",
            ),
            ("linux-image-5.15.0-91-generic", "linux-image-generic"),
            ("/opt/tool/v1.2.3/bin", "/opt/tool//bin"),
            ("node@18.19.0", "node"),
            ("ublock_origin-1.54.0-an+fx.xpi", "ublock_origin-an+fx.xpi"),
        ] {
            assert_eq!(without(text), expected, "{text}");
            let upgraded = text.replace('1', "2");
            assert_eq!(without(&upgraded).len(), expected.len(), "{upgraded}");
        }
    }

    #[test]
    fn what_tells_products_apart_stays() {
        for text in [
            "Microsoft Office 365",
            "python3",
            "libssl3",
            "{90160000-008C-0000-1000-0000000FF1CE}",
            "com.apple.Safari",
            "Visual Studio 2022",
            "x86_64",
            "",
        ] {
            assert_eq!(without(text), text);
        }
    }
}
