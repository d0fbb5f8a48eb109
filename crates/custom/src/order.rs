//! In which order a schema's properties were written. A JSON value does not remember it; columns keep it.

use std::{cell::RefCell, collections::HashMap, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::mistake::below;

/// The members of every object called `properties`, by its pointer.
pub(crate) type Order = HashMap<String, Vec<String>>;

/// Reads the order of a schema; empty where it is no JSON.
pub(crate) fn property_order(schema: &str) -> Order {
    let order = RefCell::new(Order::new());
    let seed = Seed {
        pointer: String::new(),
        order: &order,
    };
    // What cannot be read is refused elsewhere.
    let _ = seed.deserialize(&mut serde_json::Deserializer::from_str(schema));
    order.into_inner()
}

struct Seed<'o> {
    pointer: String,
    order: &'o RefCell<Order>,
}

impl Seed<'_> {
    fn at(&self, pointer: String) -> Self {
        Self {
            pointer,
            order: self.order,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        let mut index = 0;
        while sequence
            .next_element_seed(self.at(format!("{}/{index}", self.pointer)))?
            .is_some()
        {
            index += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut names = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            map.next_value_seed(self.at(below(&self.pointer, &name)))?;
            names.push(name);
        }
        if self.pointer.ends_with("/properties") {
            self.order.borrow_mut().insert(self.pointer, names);
        }
        Ok(())
    }
}
