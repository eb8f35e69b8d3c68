//! A place in the JSON that knows its path, for messages.
//!
//! A field that is `null` counts as left out, a number may be written as a string, and
//! a name as in the proto, with underscores: all as in protobuf's mapping to JSON. That
//! names are read in any case is the way of gRPC's Go client.

use std::time::Duration;

use serde_json::{Map, Value};

use super::super::invalid::{Fault, InvalidServiceConfig};
use super::Result;

pub(super) struct Node<'v> {
    value: &'v Value,
    path: String,
}

impl<'v> Node<'v> {
    pub(super) fn root(value: &'v Value) -> Result<Self> {
        let root = Self {
            value,
            path: String::new(),
        };
        root.fields()?;
        Ok(root)
    }

    /// Checks the names of an object: none that is `read` stands in two spellings, and
    /// none is misspelt. What else there is, `passed_over` above all, is not looked at.
    pub(super) fn check_names(&self, read: &[&'static str], passed_over: &[&str]) -> Result<()> {
        let fields = self.fields()?;
        for written in fields.keys() {
            if let Some(name) = read.iter().find(|name| is_same(written, name)) {
                let other = fields
                    .keys()
                    .find(|other| *other != written && is_same(other, name));
                if let Some(other) = other {
                    let fault = Fault::TwoSpellings(written.clone(), other.clone());
                    return Err(self.fault(fault));
                }
            } else if !passed_over.iter().any(|name| is_same(written, name)) {
                let meant = retry_words::misspelt(&plain(written), read, plain);
                if let Some(meant) = meant {
                    return Err(self.fault_of(written, Fault::Misspelt(meant)));
                }
            }
        }
        Ok(())
    }

    pub(super) const fn value(&self) -> &'v Value {
        self.value
    }

    /// The value as it stands, without quotes; the beginning of a long one.
    pub(super) fn shown(&self) -> String {
        const ROOM: usize = 60;
        let mut shown = match self.value {
            Value::String(text) => text.chars().take(ROOM + 1).collect(),
            other => other.to_string(),
        };
        if let Some((end, _)) = shown.char_indices().nth(ROOM) {
            shown.truncate(end);
            shown.push('…');
        }
        shown
    }

    pub(super) fn fault(&self, fault: Fault) -> InvalidServiceConfig {
        InvalidServiceConfig::new(self.path.clone(), fault)
    }

    pub(super) fn fault_of(&self, field: &str, fault: Fault) -> InvalidServiceConfig {
        InvalidServiceConfig::new(self.path_of(field), fault)
    }

    pub(super) fn object(&self, field: &str) -> Result<Option<Self>> {
        let Some(node) = self.get(field)? else {
            return Ok(None);
        };
        node.fields()?;
        Ok(Some(node))
    }

    /// The objects of a list; none where it is left out.
    pub(super) fn list(&self, field: &str) -> Result<Vec<Self>> {
        let items = self.list_of_any(field)?;
        for item in &items {
            item.fields()?;
        }
        Ok(items)
    }

    pub(super) fn list_of_any(&self, field: &str) -> Result<Vec<Self>> {
        let Some(node) = self.get(field)? else {
            return Ok(Vec::new());
        };
        let Value::Array(items) = node.value else {
            return Err(node.wrong("a list, such as [..]"));
        };
        let item = |(index, value)| Self {
            value,
            path: format!("{}[{index}]", node.path),
        };
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// A text; empty where it is left out.
    pub(super) fn text(&self, field: &str) -> Result<&'v str> {
        match self.get(field)? {
            None => Ok(""),
            Some(node) => node.value.as_str().ok_or_else(|| node.wrong("a text")),
        }
    }

    pub(super) fn count(&self, field: &str) -> Result<Option<u32>> {
        self.parsed(field, "a whole number, such as 4", |node| {
            match node.value {
                Value::String(text) => text.parse().ok(),
                other => other.as_u64().and_then(|number| number.try_into().ok()),
            }
        })
    }

    pub(super) fn number(&self, field: &str) -> Result<Option<f64>> {
        let read = |node: &Self| match node.value {
            Value::String(text) => text.parse().ok(),
            other => other.as_f64(),
        };
        self.parsed(field, "a number, such as 1.5", |node| {
            read(node).filter(|number| number.is_finite())
        })
    }

    pub(super) fn duration(&self, field: &str) -> Result<Option<Duration>> {
        self.parsed(field, "a duration in seconds, such as \"0.1s\"", |node| {
            node.value.as_str().and_then(seconds)
        })
    }

    fn parsed<T>(
        &self,
        field: &str,
        expected: &'static str,
        parse: impl Fn(&Self) -> Option<T>,
    ) -> Result<Option<T>> {
        match self.get(field)? {
            None => Ok(None),
            Some(node) => match parse(&node) {
                Some(parsed) => Ok(Some(parsed)),
                None => Err(node.wrong(expected)),
            },
        }
    }

    fn get(&self, field: &str) -> Result<Option<Self>> {
        let mut fields = self.fields()?.iter();
        let found = fields.find(|(written, value)| is_same(written, field) && !value.is_null());
        Ok(found.map(|(written, value)| Self {
            value,
            path: self.path_of(written),
        }))
    }

    fn fields(&self) -> Result<&'v Map<String, Value>> {
        self.value
            .as_object()
            .ok_or_else(|| self.wrong("an object, such as {..}"))
    }

    fn wrong(&self, expected: &'static str) -> InvalidServiceConfig {
        self.fault(Fault::Type(self.shown(), expected))
    }

    fn path_of(&self, field: &str) -> String {
        if self.path.is_empty() {
            field.to_owned()
        } else {
            format!("{}.{field}", self.path)
        }
    }
}

/// `retryPolicy`, `RetryPolicy` and `retry_policy` are one name.
fn is_same(written: &str, name: &str) -> bool {
    plain(written) == plain(name)
}

/// `retry_Policy` → `retrypolicy`
fn plain(name: &str) -> String {
    name.replace('_', "").to_ascii_lowercase()
}

/// Protobuf's JSON form of a duration: `"1.5s"` → 1.5 s. At most nine digits
/// stand behind the point; on one side of it there need be none.
fn seconds(text: &str) -> Option<Duration> {
    let number = text.strip_suffix('s')?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_empty = whole.is_empty() && fraction.is_empty();
    if is_empty || !are_digits(whole) || !are_digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let nanos: u32 = format!("{fraction:0<9}").parse().ok()?;
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(Duration::new(whole.parse().ok()?, nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_protobuf() {
        assert_eq!(seconds("1s"), Some(Duration::from_secs(1)));
        assert_eq!(seconds("0.1s"), Some(Duration::from_millis(100)));
        assert_eq!(seconds("1.000000001s"), Some(Duration::new(1, 1)));
        assert_eq!(seconds(".01s"), Some(Duration::from_millis(10)));
        assert_eq!(seconds("2.s"), Some(Duration::from_secs(2)));
        for wrong in [
            "",
            "s",
            "1",
            "1m",
            "-1s",
            "+1s",
            ".s",
            "1.5.5s",
            "1e3s",
            "0.0000000001s",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
