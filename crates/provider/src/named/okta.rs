use serde_json::Value;
use url::Url;

/// An Okta domain. The admin console lives under a host of its own (`example-admin.okta.com`) that answers
/// browsers; people copy it from the address bar.
pub(super) fn domain(typed: &str) -> Result<String, String> {
    let origin = super::setting::origin(typed)?;
    let host = Url::parse(&origin)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default();
    if let Some((label, rest)) = host.split_once('.')
        && let Some(label) = label.strip_suffix("-admin")
        && [
            "okta.com",
            "oktapreview.com",
            "okta-emea.com",
            "okta-gov.com",
            "okta.mil",
        ]
        .contains(&rest)
    {
        return Err(format!(
            "`{host}` is the admin console; give the organisation's own address, `{label}.{rest}`"
        ));
    }
    Ok(origin)
}

/// Okta makes one group of type BUILT_IN called Everyone, which cannot be renamed; groups made by people are of
/// type OKTA_GROUP and may carry any name, and other built-in groups have other names.
pub(super) fn is_everyone(group: &Value) -> bool {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    text(group.get("type")).as_deref() == Some("BUILT_IN")
        && text(group.pointer("/profile/name")).as_deref() == Some("Everyone")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_admin_console_is_refused_with_the_right_address() {
        let message = domain("https://acme-admin.okta.com/").unwrap_err();
        assert!(message.contains("`acme.okta.com`"), "{message}");
        assert_eq!(domain("acme.okta.com").unwrap(), "https://acme.okta.com");
        assert_eq!(
            domain("login-admin.acme.com").unwrap(),
            "https://login-admin.acme.com"
        );
    }

    #[test]
    fn a_group_that_only_calls_itself_everyone_is_not_the_built_in_one() {
        let group = |kind: &str, name: &str| json!({"type": kind, "profile": {"name": name}});
        assert!(is_everyone(&group("BUILT_IN", "Everyone")));
        assert!(!is_everyone(&group("OKTA_GROUP", "Everyone")));
        assert!(!is_everyone(&group("BUILT_IN", "Okta Administrators")));
    }
}
