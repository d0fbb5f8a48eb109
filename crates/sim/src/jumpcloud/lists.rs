//! What a listing walks over: the accounts and devices there are, and how many rows each device adds to a table.

use std::sync::OnceLock;

use super::insights::Table;
use crate::state::State;

/// Accounts and devices in the order of their identifiers.
#[derive(Debug, Default)]
pub struct Lists {
    pub accounts: Vec<u32>,
    pub devices: Vec<u32>,
    /// For each table, how many rows the devices up to and including each have.
    rows: [OnceLock<Vec<u32>>; Table::COUNT],
}

impl Lists {
    /// As they are now.
    #[must_use]
    pub fn of(state: &State) -> Self {
        let accounts: Vec<u32> = (0..state.population())
            .filter(|i| state.has_account(*i))
            .collect();
        let devices = (0..state.population() * 2)
            .filter(|device| state.device_exists(*device))
            .collect();
        Self {
            accounts,
            devices,
            rows: Default::default(),
        }
    }

    fn ends(&self, state: &State, table: Table) -> &[u32] {
        self.rows[table as usize].get_or_init(|| {
            self.devices
                .iter()
                .scan(0, |sum, device| {
                    *sum += state.rows(*device, table);
                    Some(*sum)
                })
                .collect()
        })
    }

    /// How many rows a table has.
    #[must_use]
    pub fn total(&self, state: &State, table: Table) -> usize {
        self.ends(state, table).last().copied().unwrap_or(0) as usize
    }

    /// The device and the number of the row in it that stand at `place` of a table.
    #[must_use]
    pub fn at(&self, state: &State, table: Table, place: usize) -> (u32, u32) {
        let ends = self.ends(state, table);
        let n = ends.partition_point(|end| *end as usize <= place);
        let before = if n == 0 { 0 } else { ends[n - 1] };
        (self.devices[n], place as u32 - before)
    }
}
