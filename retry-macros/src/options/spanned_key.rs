//! A key of the attribute with its value and its span, or without.

use proc_macro2::{Ident, Span};

/// What was written for one key.
#[derive(Clone, Default)]
pub(crate) enum SpannedKey<T> {
    #[default]
    Absent,
    /// `key = none`, where that is no value of the key's own: what an impl block or
    /// a policy says of it does not hold.
    Lifted(Ident),
    Given {
        key: Ident,
        value: T,
    },
}

impl<T> SpannedKey<T> {
    pub(crate) const fn value(&self) -> Option<&T> {
        match self {
            Self::Given { value, .. } => Some(value),
            Self::Absent | Self::Lifted(_) => None,
        }
    }

    pub(crate) fn into_value(self) -> Option<T> {
        match self {
            Self::Given { value, .. } => Some(value),
            Self::Absent | Self::Lifted(_) => None,
        }
    }

    pub(crate) const fn is_given(&self) -> bool {
        matches!(self, Self::Given { .. })
    }

    /// The key, if it has a value.
    pub(crate) const fn given(&self) -> Option<&Ident> {
        match self {
            Self::Given { key, .. } => Some(key),
            Self::Absent | Self::Lifted(_) => None,
        }
    }

    /// Where the key stands, if it has a value.
    pub(crate) fn span(&self) -> Option<Span> {
        self.given().map(Ident::span)
    }

    /// The key as it was written, as `none` too.
    pub(crate) const fn key(&self) -> Option<&Ident> {
        match self {
            Self::Absent => None,
            Self::Lifted(key) | Self::Given { key, .. } => Some(key),
        }
    }

    /// What was written here, or in `base` where nothing was.
    pub(crate) fn or(self, base: Self) -> Self {
        match self {
            Self::Absent => base,
            written => written,
        }
    }
}
