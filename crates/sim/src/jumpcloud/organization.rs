//! The organisation, its settings, and who administers it.

use serde_json::{Value, json};

use super::ids::Kind;
use crate::clock::{DAY, text};
use crate::state::State;

impl State {
    /// The organisation's identifier.
    #[must_use]
    pub fn organization_id(&self) -> String {
        self.hex().id(Kind::Organization, 0)
    }

    /// Somebody who administers the directory.
    #[must_use]
    pub fn administrator_account(&self, n: usize) -> Value {
        let hex = self.hex();
        let i = self.company.administrator(n as u64);
        let (first, last) = self.company.shown_name(i);
        let weak = n == 3 && !self.company.clean;
        let role = [
            "Administrator",
            "Administrator",
            "Manager",
            "Help Desk",
            "Read Only",
        ][n];
        let id = hex.id(Kind::Administrator, n as u64);
        // the last is a machine, the one that reads
        let email = if n == 4 {
            format!("register@{}", self.company.domain)
        } else {
            self.account_address(i)
        };
        let made = self.company.founded + (n as i64 + 1) * 90 * DAY;
        json!({"_id": id, "id": id, "organization": self.organization_id(), "email": email, "firstname": if n == 4 { "Register" } else { first }, "lastname": if n == 4 { "" } else { last },
            "role": hex.id(Kind::Role, n.saturating_sub(1) as u64), "roleName": role, "roles": [], "roleNames": [role], "enableMultiFactor": !weak, "totpEnrolled": !weak && n != 4,
            "suspended": false, "apiKeyAllowed": n != 3, "apiKeySet": n == 0 || n == 4, "created": text(made), "passwordUpdatedAt": text(made + 40 * DAY),
            "disableIntroduction": true, "sessionCount": 0, "usersTimeZone": "Europe/Istanbul"})
    }

    /// The organisation as the list has it.
    #[must_use]
    pub fn organization_listed(&self) -> Value {
        let id = self.organization_id();
        json!({"_id": id, "id": id, "displayName": "Acme Industries", "logoUrl": null, "created": text(self.company.founded)})
    }

    /// The organisation asked for alone, with its settings.
    #[must_use]
    pub fn organization_with_settings(&self) -> Value {
        let strict = self.company.clean;
        let mut organization = self.organization_listed();
        organization["settings"] = json!({
            "name": "Acme Industries", "contactName": "IT", "contactEmail": format!("it@{}", self.company.domain), "requireAdminMFA": strict, "systemUsersCanEdit": !strict,
            "disableLdap": false, "disableUM": false, "disableCommandRunner": false, "disableGoogleLogin": true, "enableManagedUID": false, "enableGoogleApps": true, "enableO365": true,
            "enableUserPortalAgentInstall": false, "deviceIdentificationEnabled": true, "chromeDTCEnabled": false, "duplicateLDAPGroups": false, "showIntro": false, "pendingDelete": false,
            "maxSystemUsers": 0, "agentVersion": "2.41.0", "logo": "", "emailDisclaimer": "", "passwordCompliance": "custom", "systemUserPasswordExpirationInDays": 90,
            "passwordPolicy": {
                "enableMinLength": true, "minLength": if strict { 14 } else { 8 }, "needsLowercase": true, "needsUppercase": true, "needsNumeric": true, "needsSymbolic": strict,
                "enablePasswordExpirationInDays": true, "passwordExpirationInDays": if strict { 90 } else { 365 }, "enableMaxHistory": true, "maxHistory": if strict { 10 } else { 3 },
                "enableMaxLoginAttempts": true, "maxLoginAttempts": if strict { 5 } else { 20 }, "enableLockoutTimeInSeconds": true, "lockoutTimeInSeconds": if strict { 1800 } else { 60 },
                "enableResetLockoutCounter": false, "resetLockoutCounterMinutes": 30, "allowUsernameSubstring": !strict, "disallowCommonlyUsedPasswords": strict,
                "disallowSequentialOrRepetitiveChars": strict, "allowUnenrolledMFAPasswordReset": !strict, "enableMinChangePeriodInDays": false, "minChangePeriodInDays": 0,
                "enableDaysAfterExpirationToSelfRecover": true, "daysAfterExpirationToSelfRecover": 14, "enableDaysBeforeExpirationToForceReset": false,
                "daysBeforeExpirationToForceReset": 7, "enableRecoveryEmail": false, "displayComplexityOnResetScreen": true, "effectiveDate": text(self.company.founded)},
            "userPortal": {"idleSessionDurationMinutes": if strict { 30 } else { 480 }, "cookieExpirationType": if strict { "session" } else { "date" }},
            "features": {"directoryInsights": {"enabled": true}, "directoryInsightsPremium": {"enabled": true, "createdAt": text(self.company.founded), "updatedAt": text(self.company.founded)},
                "systemInsights": {"enabled": true, "enableNewDarwin": true, "enableNewWindows": true, "enableNewLinux": true, "createdAt": text(self.company.founded), "updatedAt": text(self.company.founded)}},
            "newSystemUserStateDefaults": {"manualEntry": "ACTIVATED", "csvImport": "STAGED", "applicationImport": "STAGED"},
            "systemUserDefaults": {"restrictedFields": []}, "windowsMDM": {"enabled": true, "autoEnroll": false}, "betaFeatures": {}, "growthData": {}});
        organization["provider"] = json!("");
        organization["hasCreditCard"] = json!(true);
        organization["customEmailSettings"] = json!({"enabled": false});
        organization["entitlement"] =
            json!({"billingModel": "annual", "isManuallyBilled": true, "entitlementProducts": []});
        organization
    }
}
