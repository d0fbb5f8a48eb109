//! Operations that only JumpCloud knows: whose a device is, and accounts as its own console sets them.

use serde_json::Value;

use super::orders::Order;
use crate::jumpcloud::{Account, HexKind};

/// Carries out one of them.
pub(super) fn apply(order: &mut Order<'_>, operation: &str) -> Result<(), String> {
    let (actor, at) = (order.actor, order.at);
    if operation == "set_account" {
        let i = order.person()?;
        let account = match order.order.get("state").and_then(Value::as_str) {
            Some("ACTIVATED") => Account::Active,
            Some("SUSPENDED") => Account::Suspended,
            Some("STAGED") => Account::Staged,
            Some("DELETED") => Account::Absent,
            _ => return Err("state is ACTIVATED, SUSPENDED, STAGED or DELETED".to_owned()),
        };
        order
            .state
            .order_account(i, account, actor, at, order.effects);
        return Ok(());
    }
    let device = device(order)?;
    if operation == "remove_device" {
        order.state.remove_device(device, actor, at, order.effects);
        return Ok(());
    }
    let i = order.person()?;
    let sudo = order
        .order
        .get("sudo")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let bound = (operation == "bind_device").then_some(sudo);
    order.state.bind(device, i, bound, actor, at, order.effects);
    Ok(())
}

/// A device by identifier, or by its number: twice its first owner's, and one more for a second.
fn device(order: &Order<'_>) -> Result<u32, String> {
    let found = match order.order.get("device").ok_or("device is missing")? {
        Value::Number(n) => n.as_u64(),
        Value::String(id) => order.state.hex().read(HexKind::System, id),
        _ => None,
    };
    found
        .and_then(|n| u32::try_from(n).ok())
        .filter(|device| order.state.device_exists(*device))
        .ok_or_else(|| "there is no such device".to_owned())
}
