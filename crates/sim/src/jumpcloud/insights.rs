//! System Insights: what is on each device, row by row. Rows have no identifiers, and are collected anew every hour.

use serde_json::{Value, json};

use super::devices::Os;
use super::ids::Kind;
use crate::clock::{DAY, Seconds, text};
use crate::hash::{Purpose, draw, mix};
use crate::state::State;

/// The tables. How policies went is not one of the vendor's, but is as long per device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Table {
    Apps,
    Programs,
    LinuxPackages,
    ChromeExtensions,
    FirefoxAddons,
    SafariExtensions,
    BrowserPlugins,
    IeExtensions,
    DiskEncryption,
    BitlockerInfo,
    Alf,
    WindowsSecurityCenter,
    Users,
    AuthorizedKeys,
    UserSshKeys,
    Certificates,
    PolicyResults,
}

impl Table {
    /// How many there are.
    pub const COUNT: usize = Self::PolicyResults as usize + 1;

    /// The vendor's name, below `/systeminsights/`.
    pub const NAMED: [(&'static str, Self); 16] = [
        ("apps", Self::Apps),
        ("programs", Self::Programs),
        ("linux_packages", Self::LinuxPackages),
        ("chrome_extensions", Self::ChromeExtensions),
        ("firefox_addons", Self::FirefoxAddons),
        ("safari_extensions", Self::SafariExtensions),
        ("browser_plugins", Self::BrowserPlugins),
        ("ie_extensions", Self::IeExtensions),
        ("disk_encryption", Self::DiskEncryption),
        ("bitlocker_info", Self::BitlockerInfo),
        ("alf", Self::Alf),
        ("windows_security_center", Self::WindowsSecurityCenter),
        ("users", Self::Users),
        ("authorized_keys", Self::AuthorizedKeys),
        ("user_ssh_keys", Self::UserSshKeys),
        ("certificates", Self::Certificates),
    ];

    /// Reads the vendor's name.
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        Self::NAMED
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, table)| *table)
    }
}

/// A prime number of names, so that any stride visits each once.
const SOFTWARE: [&str; 61] = [
    "Slack",
    "Zoom",
    "Google Chrome",
    "Firefox",
    "Visual Studio Code",
    "Docker",
    "Notion",
    "Figma",
    "Spotify",
    "Postman",
    "iTerm",
    "1Password",
    "Dropbox",
    "Microsoft Word",
    "Microsoft Excel",
    "Microsoft PowerPoint",
    "Microsoft Outlook",
    "Microsoft Teams",
    "Adobe Acrobat",
    "VLC",
    "TeamViewer",
    "AnyDesk",
    "GIMP",
    "Inkscape",
    "Blender",
    "OBS",
    "Sublime Text",
    "IntelliJ IDEA",
    "PyCharm",
    "WebStorm",
    "DBeaver",
    "TablePlus",
    "Wireshark",
    "FileZilla",
    "WinSCP",
    "PuTTY",
    "7-Zip",
    "Keka",
    "Rectangle",
    "Raycast",
    "Grammarly",
    "Loom",
    "Miro",
    "Linear",
    "Trello",
    "Asana",
    "Evernote",
    "Obsidian",
    "Signal",
    "Telegram",
    "WhatsApp",
    "Tailscale",
    "OpenVPN Connect",
    "Cisco AnyConnect",
    "LibreOffice",
    "Audacity",
    "HandBrake",
    "Steam",
    "uTorrent",
    "JumpCloud Agent",
    "Acme Field Tool",
];

/// Identifier, name, author.
const EXTENSIONS: [(&str, &str, &str); 11] = [
    (
        "cjpalhdlnbpafiamejdnhcphjbkeiagm",
        "uBlock Origin",
        "Raymond Hill",
    ),
    ("aeblfdkhhhdcdjpifhhbdiojplfjncoa", "1Password", "AgileBits"),
    (
        "ghbmnnjooekpmoecnnnilnnbdlolhkhi",
        "Google Docs Offline",
        "Google",
    ),
    (
        "nmmhkkegccagdldgiimedpiccmgmieda",
        "Chrome Web Store Payments",
        "Google",
    ),
    ("kbfnbcaeplbcioakkpcpgfkobkghlhen", "Grammarly", "Grammarly"),
    (
        "bkdgflcldnnnapblkhphbgpggdiikppg",
        "DuckDuckGo",
        "DuckDuckGo",
    ),
    (
        "fmkadmapgofadopljbjfkapdkoienihi",
        "React Developer Tools",
        "Meta",
    ),
    ("liecbddmkiiihnedobmlmillhodjkdmb", "Loom", "Loom"),
    ("gighmmpiobklfepjocnamgkkbiglidom", "AdBlock", "AdBlock"),
    ("bmnlcjabgnpnenekpadlanbbkooimhnj", "Honey", "PayPal"),
    (
        "haebnnbpedcbhciplfhjjkbafijpncjl",
        "TinEye Reverse Image Search",
        "TinEye",
    ),
];

const CERTIFICATES: [&str; 8] = [
    "JumpCloud Device",
    "Acme Root CA",
    "Acme Issuing CA",
    "ISRG Root X1",
    "DigiCert Global Root G2",
    "GlobalSign",
    "Baltimore CyberTrust Root",
    "Amazon Root CA 1",
];

fn chance(state: &State, device: u32, table: Table, salt: u64) -> u64 {
    draw(
        state.company.seed,
        Purpose::Insight,
        u64::from(device) | (table as u64) << 34 | salt << 40,
    )
}

impl State {
    /// How many rows a device adds to a table.
    #[must_use]
    pub fn rows(&self, device: u32, table: Table) -> u32 {
        let os = self.device_os(device);
        if table == Table::PolicyResults {
            return super::policies::of_os(os).count() as u32;
        }
        if !self.insights_enabled(device) {
            return 0;
        }
        let upto = |least: u64, most: u64| {
            (least + chance(self, device, table, 0) % (most - least + 1)) as u32
        };
        match (table, os) {
            (Table::Apps, Os::Mac)
            | (Table::Programs, Os::Windows)
            | (Table::LinuxPackages, Os::Linux) => upto(30, 60),
            (Table::ChromeExtensions, _) => upto(0, 8),
            (Table::FirefoxAddons, _) => upto(0, 7).saturating_sub(4),
            (Table::SafariExtensions | Table::BrowserPlugins, Os::Mac) => upto(0, 2),
            (Table::IeExtensions, Os::Windows) => upto(0, 2),
            (Table::DiskEncryption, Os::Mac | Os::Linux) => upto(1, 2),
            (Table::BitlockerInfo, Os::Windows) => upto(1, 2),
            (Table::Alf, Os::Mac) | (Table::WindowsSecurityCenter, Os::Windows) => 1,
            (Table::Users, _) => self.local_users(device).len() as u32,
            (Table::AuthorizedKeys, Os::Linux) => upto(0, 2),
            (Table::UserSshKeys, Os::Mac | Os::Linux) => upto(0, 2),
            (Table::Certificates, _) => upto(3, 8),
            _ => 0,
        }
    }

    /// A row of a table.
    #[must_use]
    pub fn row(&self, table: Table, device: u32, n: u32, now: Seconds) -> Value {
        if table == Table::PolicyResults {
            return self.policy_result(device, n);
        }
        let mut row = match table {
            Table::Apps | Table::Programs | Table::LinuxPackages => {
                self.software(table, device, n, now)
            }
            Table::ChromeExtensions
            | Table::FirefoxAddons
            | Table::SafariExtensions
            | Table::BrowserPlugins
            | Table::IeExtensions => self.extension(table, device, n, now),
            _ => self.posture(table, device, n),
        };
        row["system_id"] = json!(self.hex().id(Kind::System, u64::from(device)));
        if !matches!(table, Table::LinuxPackages | Table::Certificates) {
            let minute = i64::from(device) * 7 % 60 * 60;
            row["collection_time"] = json!(text((now - minute).div_euclid(3600) * 3600 + minute));
        }
        row
    }

    /// A version that moves every four weeks, not everywhere on the same day.
    fn version_of(&self, which: u64, device: u32, now: Seconds) -> String {
        let h = mix(which ^ 0x5E);
        let since = (now - self.company.epoch).max(0)
            + (h >> 8) as i64 % (28 * DAY)
            + i64::from(device % 5) * DAY;
        format!("{}.{}.{}", 1 + h % 18, h >> 4 & 7, since / (28 * DAY))
    }

    fn software(&self, table: Table, device: u32, n: u32, now: Seconds) -> Value {
        let first = chance(self, device, table, 1);
        let names = SOFTWARE.len() as u64;
        let which = ((first >> 8) % names + u64::from(n) * (1 + first % (names - 1))) % names;
        let name = SOFTWARE[which as usize];
        let version = self.version_of(which, device, now);
        let plain = name.to_lowercase().replace([' ', '-'], "");
        match table {
            Table::Apps => {
                json!({"name": format!("{name}.app"), "path": format!("/Applications/{name}.app"), "bundle_name": name, "display_name": name,
                "bundle_identifier": format!("com.{plain}.app"), "bundle_executable": name, "bundle_version": version, "bundle_short_version": version, "bundle_package_type": "APPL",
                "category": "public.app-category.productivity", "applescript_enabled": "0", "compiler": "com.apple.compilers.llvm.clang.1_0", "copyright": "", "development_region": "en",
                "element": "", "environment": "", "info_string": "", "minimum_system_version": "12.0",
                "last_opened_time": if n < 2 { (now.div_euclid(DAY) * DAY) as f64 + 0.5 } else { -1.0 }})
            }
            Table::Programs => {
                json!({"name": name, "version": version, "publisher": format!("{name} Inc."), "install_location": format!("C:\\Program Files\\{name}\\"), "install_source": "",
                "install_date": "20250301", "language": "1033", "identifying_number": format!("{{{:08X}-0000-0000-0000-000000000000}}", mix(which) as u32), "uninstall_string": format!("MsiExec.exe /X{name}")})
            }
            _ => {
                json!({"name": plain, "version": version, "arch": "amd64", "package_format": "deb", "maintainer_or_vendor": "Ubuntu Developers", "release_or_revision": "1ubuntu1",
                "package_group_or_section": "utils", "size": (mix(which) % 90_000 + 1000).to_string(), "install_time": 0, "mount_namespace_id": "", "pid_with_namespace": 0})
            }
        }
    }

    fn extension(&self, table: Table, device: u32, n: u32, now: Seconds) -> Value {
        let first = chance(self, device, table, 1);
        let count = EXTENSIONS.len() as u64;
        let which = ((first >> 8) % count + u64::from(n) * (1 + first % (count - 1))) % count;
        let (identifier, name, author) = EXTENSIONS[which as usize];
        let version = self.version_of(which | 256, device, now);
        let home = match self.device_os(device) {
            Os::Mac => "/Users/me",
            Os::Windows => "C:\\Users\\me",
            Os::Linux => "/home/me",
        };
        match table {
            Table::ChromeExtensions => {
                json!({"name": name, "identifier": identifier, "author": author, "version": version, "uid": "501", "description": "", "locale": "en",
                "path": format!("{home}/Chrome/Default/Extensions/{identifier}/{version}_0"), "permissions": "storage, tabs", "persistent": 0, "update_url": "https://clients2.google.com/service/update2/crx"})
            }
            Table::FirefoxAddons => {
                json!({"name": name, "identifier": format!("{identifier}@addons"), "creator": author, "version": version, "uid": "501", "description": "", "active": 1, "autoupdate": 1,
                "disabled": 0, "visible": 1, "type": "extension", "location": "app-profile", "source_url": "https://addons.mozilla.org", "path": format!("{home}/Firefox/extensions/{identifier}.xpi")})
            }
            Table::SafariExtensions => {
                json!({"name": name, "identifier": format!("com.{identifier}"), "author": author, "version": version, "uid": "501", "description": "", "developer_id": identifier,
                "sdk": "", "update_url": "", "path": format!("{home}/Library/Safari/Extensions/{identifier}.safariextz")})
            }
            Table::BrowserPlugins => {
                json!({"name": name, "identifier": format!("plugin.{identifier}"), "version": version, "uid": "501", "description": "", "development_region": "en", "disabled": 0,
                "native": 0, "sdk": "", "path": format!("/Library/Internet Plug-Ins/{identifier}.plugin")})
            }
            _ => {
                json!({"name": name, "version": version, "registry_path": format!("HKEY_LOCAL_MACHINE\\Extensions\\{identifier}"), "path": format!("C:\\Program Files\\{identifier}.dll")})
            }
        }
    }

    fn posture(&self, table: Table, device: u32, n: u32) -> Value {
        let encrypted = self.encrypted(device);
        let firewalled = self.firewalled(device);
        let first = chance(self, device, table, u64::from(n) + 2);
        let mac = self.device_os(device) == Os::Mac;
        match table {
            Table::DiskEncryption => {
                json!({"name": if mac { format!("/dev/disk1s{}", n + 1) } else { format!("/dev/sda{}", n + 1) }, "uuid": format!("{first:016X}"), "encrypted": i32::from(encrypted),
                "encryption_status": if encrypted { "encrypted" } else { "not encrypted" }, "type": if encrypted { "AES-XTS" } else { "" }, "uid": "", "user_uuid": ""})
            }
            Table::BitlockerInfo => {
                json!({"device_id": format!("\\\\?\\Volume{{{first:016x}}}\\"), "drive_letter": (["C:", "D:"][n as usize % 2]), "persistent_volume_id": "",
                "protection_status": i32::from(encrypted), "conversion_status": i32::from(encrypted), "encryption_method": if encrypted { "XTS-AES 128" } else { "None" },
                "percentage_encrypted": if encrypted { 100 } else { 0 }})
            }
            Table::Alf => {
                json!({"global_state": i32::from(firewalled), "stealth_enabled": i32::from(firewalled && first.is_multiple_of(2)), "allow_signed_enabled": 1, "firewall_unload": 0,
                "logging_enabled": 0, "logging_option": 0, "version": "1.6"})
            }
            Table::WindowsSecurityCenter => {
                json!({"firewall": if firewalled { "Good" } else { "Poor" }, "antivirus": "Good", "antispyware": "Good", "autoupdate": "Good", "internet_settings": "Good",
                "user_account_control": "Good", "windows_security_center_service": "Good"})
            }
            Table::Users => {
                let user = &self.local_users(device)[n as usize];
                let uid = if n == 0 {
                    "0".to_owned()
                } else {
                    (500 + n).to_string()
                };
                json!({"username": user.name, "uid": uid, "uid_signed": uid, "gid": "20", "gid_signed": "20", "description": "", "directory": format!("/Users/{}", user.name), "shell": "/bin/zsh",
                    "type": "", "uuid": format!("{first:016X}"), "admin": user.admin, "managed": user.managed, "suspended": user.suspended, "real_user": n > 0, "ad_managed": false, "last_login": ""})
            }
            Table::AuthorizedKeys => {
                json!({"uid": "1000", "algorithm": "ssh-ed25519", "key": format!("AAAAC3NzaC1lZDI1NTE5AAAA{first:016x}"), "key_file": format!("/home/me/.ssh/authorized_keys{}", if n == 0 { "" } else { "2" })})
            }
            Table::UserSshKeys => {
                json!({"uid": "501", "path": format!("/Users/me/.ssh/id_{}", ["ed25519", "rsa"][n as usize % 2]), "encrypted": i32::from(self.company.clean || !first.is_multiple_of(3))})
            }
            _ => {
                let name = CERTIFICATES[n as usize % CERTIFICATES.len()];
                let own = n == 0;
                let until = if own {
                    self.company.epoch + (first % 500) as i64 * DAY - 30 * DAY
                } else {
                    2_145_916_800
                };
                json!({"common_name": name, "subject": format!("/CN={name}"), "issuer": if own { "/CN=Acme Issuing CA".to_owned() } else { format!("/CN={name}") }, "ca": i32::from(!own), "self_signed": i32::from(!own && n != 2),
                    "sha1": format!("{:016x}{:016x}{:08x}", mix(u64::from(n) | if own { u64::from(device) << 8 } else { 0 }), mix(u64::from(n) ^ 9), n), "serial": format!("{:x}", mix(u64::from(n) ^ 77)),
                    "key_algorithm": "rsaEncryption", "key_strength": "2048", "key_usage": "Digital Signature", "signing_algorithm": "sha256WithRSAEncryption",
                    "not_valid_before": "1577836800", "not_valid_after": until.to_string(), "authority_key_id": "", "subject_key_id": "", "path": "/Library/Keychains/System.keychain",
                    "sid": "", "store": "", "store_id": "", "store_location": "", "username": ""})
            }
        }
    }
}
