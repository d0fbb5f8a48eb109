//! What accounts promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use muster_accounts::{
    AccountError, ApiKeys, Invitations, MIGRATION, NewApiKey, NewUser, Password, PasswordHash,
    Permission, Role, Scope, Sessions, Token, User, Users,
};
use muster_control::{Control, Folder};
use rusqlite::Transaction;

const NOW: i64 = 1_800_000_000_000;
const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;

struct Fixture {
    control: Control,
    _place: tempfile::TempDir,
}

fn fixture() -> Fixture {
    let place = tempfile::tempdir().unwrap();
    let control = Control::open(&Folder::new(place.path()), &[MIGRATION]).unwrap();
    Fixture {
        control,
        _place: place,
    }
}

impl Fixture {
    fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, AccountError>,
    ) -> Result<T, AccountError> {
        self.control.write(work)
    }

    fn owner(&mut self) -> User {
        self.write(|t| {
            let link = Invitations(t).for_owner(&mut rand::rng())?.unwrap();
            Invitations(t).accept_owner(
                &link,
                "Olga",
                "olga@example.com",
                &secret(),
                NOW,
                &mut rand::rng(),
            )
        })
        .unwrap()
    }

    fn add(&mut self, name: &str, role: Role) -> User {
        let new = NewUser {
            name: name.to_owned(),
            email: format!("{name}@example.com"),
            role,
        };
        self.write(|t| {
            let user = Users(t).add(&new, NOW, &mut rand::rng())?;
            let link = Invitations(t).invite(&user.id, NOW, &mut rand::rng())?;
            Invitations(t).accept(&link, &secret(), NOW)
        })
        .unwrap()
    }
}

fn secret() -> PasswordHash {
    Password::new("correct horse battery")
        .hash(&mut rand::rng())
        .unwrap()
}

#[test]
fn a_password_fits_itself_and_nothing_else() {
    let hash = secret();
    assert!(hash.fits(&Password::new("correct horse battery")));
    assert!(!hash.fits(&Password::new("correct horse batterz")));
    assert!(!PasswordHash::of_nobody().fits(&Password::new("")));
    assert!(Password::new("too short").hash(&mut rand::rng()).is_err());
}

#[test]
fn the_first_owner_is_made_once_by_the_last_link() {
    let mut fixture = fixture();
    let (first, last) = fixture
        .write(|t| {
            let first = Invitations(t).for_owner(&mut rand::rng())?.unwrap();
            Ok((first, Invitations(t).for_owner(&mut rand::rng())?.unwrap()))
        })
        .unwrap();
    let accept = |fixture: &mut Fixture, link: &Token| {
        fixture.write(|t| {
            Invitations(t).accept_owner(
                link,
                "Olga",
                "olga@example.com",
                &secret(),
                NOW,
                &mut rand::rng(),
            )
        })
    };
    assert!(matches!(
        accept(&mut fixture, &first),
        Err(AccountError::NoInvitation)
    ));
    assert_eq!(accept(&mut fixture, &last).unwrap().role, Role::Owner);
    assert!(matches!(
        accept(&mut fixture, &last),
        Err(AccountError::NoInvitation)
    ));
    let another = fixture
        .write(|t| Invitations(t).for_owner(&mut rand::rng()))
        .unwrap();
    assert!(another.is_none());
}

#[test]
fn an_invitation_works_once_and_for_a_week() {
    let mut fixture = fixture();
    fixture.owner();
    let new = NewUser {
        name: "Ada".into(),
        email: "ada@example.com".into(),
        role: Role::User,
    };
    let (user, link) = fixture
        .write(|t| {
            let user = Users(t).add(&new, NOW, &mut rand::rng())?;
            let link = Invitations(t).invite(&user.id, NOW, &mut rand::rng())?;
            Ok((user, link))
        })
        .unwrap();
    assert!(user.invited);
    let late = fixture.write(|t| Invitations(t).find(&link, NOW + 8 * DAY));
    assert!(matches!(late, Err(AccountError::NoInvitation)));
    let user = fixture
        .write(|t| Invitations(t).accept(&link, &secret(), NOW))
        .unwrap();
    assert!(!user.invited);
    let again = fixture.write(|t| Invitations(t).accept(&link, &secret(), NOW));
    assert!(matches!(again, Err(AccountError::NoInvitation)));
}

#[test]
fn a_session_ends_by_idling_by_age_by_a_new_password_and_by_being_kept_out() {
    let mut fixture = fixture();
    let owner = fixture.owner();
    let begin = |fixture: &mut Fixture, user: &User| {
        fixture
            .write(|t| Sessions(t).begin(&user.id, NOW, &mut rand::rng()))
            .unwrap()
    };
    let find = |fixture: &mut Fixture, token: &Token, at| {
        fixture
            .write(|t| Sessions(t).find(token, at))
            .unwrap()
            .is_some()
    };
    let token = begin(&mut fixture, &owner);
    assert!(find(&mut fixture, &token, NOW + 11 * HOUR));
    assert!(!find(&mut fixture, &token, NOW + 13 * HOUR));
    assert!(!find(&mut fixture, &Token::presented("made up"), NOW));
    for day in 0..20 {
        fixture
            .write(|t| Sessions(t).seen(&token, &owner.id, NOW + day * 12 * HOUR))
            .unwrap();
    }
    assert!(
        !find(&mut fixture, &token, NOW + 8 * DAY),
        "older than a week"
    );
    let token = begin(&mut fixture, &owner);
    fixture
        .write(|t| Users(t).set_password(&owner.id, &secret()))
        .unwrap();
    assert!(!find(&mut fixture, &token, NOW));
    let user = fixture.add("ada", Role::User);
    let token = begin(&mut fixture, &user);
    fixture
        .write(|t| Users(t).set_disabled(&user.id, true, Role::Admin))
        .unwrap();
    assert!(!find(&mut fixture, &token, NOW));
}

#[test]
fn what_follows_from_a_token_belongs_to_it_alone() {
    let (one, other) = (
        Token::random(&mut rand::rng()),
        Token::random(&mut rand::rng()),
    );
    let derived = one.derived("test");
    assert!(one.derives("test", &derived));
    assert!(!other.derives("test", &derived));
    assert!(!one.derives("another purpose", &derived));
}

#[test]
fn there_is_always_an_owner_and_admins_do_not_touch_owners() {
    let mut fixture = fixture();
    let owner = fixture.owner();
    let admin = fixture.add("ada", Role::Admin);
    let mut refused = |work: &dyn Fn(&Users<'_>) -> Result<(), AccountError>| {
        fixture.write(|t| work(&Users(t))).unwrap_err().to_string()
    };
    assert!(refused(&|u| u.remove(&owner.id, Role::Owner)).contains("only owner"));
    assert!(refused(&|u| u.set_role(&owner.id, Role::User, Role::Owner)).contains("only owner"));
    assert!(refused(&|u| u.set_disabled(&owner.id, true, Role::Owner)).contains("only owner"));
    assert!(refused(&|u| u.remove(&owner.id, Role::Admin)).contains("only an owner"));
    assert!(
        refused(&|u| u.set_role(&admin.id, Role::Owner, Role::Admin)).contains("only an owner")
    );
    assert!(refused(&|u| u.remove(&admin.id, Role::User)).contains("only an owner"));
    fixture
        .write(|t| Users(t).set_role(&admin.id, Role::Owner, Role::Owner))
        .unwrap();
    fixture
        .write(|t| Users(t).remove(&owner.id, Role::Owner))
        .unwrap();
}

#[test]
fn an_address_belongs_to_one_whatever_its_case() {
    let mut fixture = fixture();
    fixture.owner();
    let add = |fixture: &mut Fixture, email: &str| {
        let new = NewUser {
            name: "Another".into(),
            email: email.into(),
            role: Role::User,
        };
        fixture.write(|t| Users(t).add(&new, NOW, &mut rand::rng()))
    };
    assert!(matches!(
        add(&mut fixture, "OLGA@example.com"),
        Err(AccountError::EmailTaken(_))
    ));
    assert!(matches!(
        add(&mut fixture, "no address"),
        Err(AccountError::Invalid { field: "email", .. })
    ));
}

#[test]
fn a_key_opens_until_it_expires_is_switched_off_or_its_user_may_not_any_more() {
    let mut fixture = fixture();
    fixture.owner();
    let admin = fixture.add("ada", Role::Admin);
    let new = NewApiKey {
        name: "script".into(),
        scope: Scope::Manage,
        user: Some(admin.id.clone()),
        expires: Some(NOW + DAY),
        resource_type: None,
    };
    let (key, secret) = fixture
        .write(|t| ApiKeys(t).add(&new, NOW, &mut rand::rng()))
        .unwrap();
    let opens = |fixture: &mut Fixture, presented: &str, at| {
        fixture
            .write(|t| ApiKeys(t).find(&Token::presented(presented), at))
            .unwrap()
            .is_some()
    };
    assert!(secret.as_str().starts_with(&key.prefix()));
    assert!(opens(&mut fixture, secret.as_str(), NOW));
    assert!(!opens(&mut fixture, secret.as_str(), NOW + DAY));
    assert!(!opens(&mut fixture, &format!("{}x", secret.as_str()), NOW));
    assert!(!opens(&mut fixture, &key.prefix(), NOW));
    assert!(!opens(&mut fixture, "", NOW));
    fixture
        .write(|t| ApiKeys(t).set_disabled(&key.id, true))
        .unwrap();
    assert!(!opens(&mut fixture, secret.as_str(), NOW));
    fixture
        .write(|t| ApiKeys(t).set_disabled(&key.id, false))
        .unwrap();
    fixture
        .write(|t| Users(t).set_role(&admin.id, Role::User, Role::Owner))
        .unwrap();
    assert!(
        !opens(&mut fixture, secret.as_str(), NOW),
        "its user does not manage any more"
    );
}

#[test]
fn nothing_that_lets_somebody_in_is_stored_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    let mut control = Control::open(&Folder::new(place.path()), &[MIGRATION]).unwrap();
    let handed_out: Vec<String> = control
        .write(|t| {
            let link = Invitations(t).for_owner(&mut rand::rng())?.unwrap();
            let owner = Invitations(t).accept_owner(
                &link,
                "Olga",
                "olga@example.com",
                &secret(),
                NOW,
                &mut rand::rng(),
            )?;
            let session = Sessions(t).begin(&owner.id, NOW, &mut rand::rng())?;
            let invitation = Invitations(t).invite(&owner.id, NOW, &mut rand::rng())?;
            let new = NewApiKey {
                name: "script".into(),
                scope: Scope::Query,
                user: None,
                expires: None,
                resource_type: None,
            };
            let (_, key) = ApiKeys(t).add(&new, NOW, &mut rand::rng())?;
            let key_secret = key.as_str().split_once('.').unwrap().1.to_owned();
            Ok::<_, AccountError>(vec![
                link.as_str().to_owned(),
                session.as_str().to_owned(),
                invitation.as_str().to_owned(),
                key_secret,
                "correct horse battery".to_owned(),
            ])
        })
        .unwrap();
    drop(control);
    for entry in std::fs::read_dir(place.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in &handed_out {
            assert!(
                !bytes
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes())
            );
        }
    }
}

#[test]
fn each_role_and_scope_may_what_it_may() {
    let allowed = |may: &dyn Fn(Permission) -> bool| {
        let words: Vec<String> = Permission::ALL
            .into_iter()
            .filter(|permission| may(*permission))
            .map(|permission| format!("{permission:?}"))
            .collect();
        words.join(" ")
    };
    assert_eq!(allowed(&|p| Role::User.may(p)), "Read Query Contribute");
    assert_eq!(
        allowed(&|p| Role::Admin.may(p)),
        "Read Query Contribute ManageIntegrations Push Judge ManageAlerts ManageUsers ManageKeys ReadAudit"
    );
    assert_eq!(
        allowed(&|p| Role::Owner.may(p)),
        allowed(&|p| Role::Admin.may(p))
    );
    assert!(!Role::Admin.may_manage(Role::Owner) && Role::Owner.may_manage(Role::Owner));
    assert_eq!(allowed(&|p| Scope::Query.may(p)), "Query");
    assert_eq!(allowed(&|p| Scope::Read.may(p)), "Read Query");
    assert_eq!(allowed(&|p| Scope::Ingest.may(p)), "Push");
    assert_eq!(
        allowed(&|p| Scope::Manage.may(p)),
        "Read Query Contribute ManageIntegrations Push Judge ManageAlerts ReadAudit"
    );
}
