//! Whom logs and metrics are told of. It is found out only where something is told.

use crate::budget::Budget;
#[cfg(feature = "central")]
use crate::central::entry::Entry;
use crate::engine::site::Site;
#[cfg(any(
    feature = "tracing",
    feature = "metrics",
    feature = "central",
    feature = "testing"
))]
use std::borrow::Cow;
use std::fmt::{self, Debug};
use std::panic::Location;

/// What a retried function is called.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    #[cfg(any(
        feature = "tracing",
        feature = "metrics",
        feature = "central",
        feature = "testing"
    ))]
    source: NameSource,
    /// What the central rules know it by; of others, they find it by its name.
    #[cfg(feature = "central")]
    entry: EntryOf,
}

#[cfg(any(
    feature = "tracing",
    feature = "metrics",
    feature = "central",
    feature = "testing"
))]
#[derive(Clone, Copy, Debug)]
enum NameSource {
    /// As it was written.
    Written(&'static str),
    /// By the type name of an item that stands inside the function.
    Inside(fn() -> &'static str),
    /// By the line that makes the call.
    Line(&'static Location<'static>),
}

/// Where the entry of a function is.
#[cfg(feature = "central")]
#[derive(Clone, Copy, Debug)]
enum EntryOf {
    /// It has to be looked up.
    Nobody,
    /// In a static of the function. A constant, as a call site is, may not refer to it
    /// but through this.
    Function(fn() -> &'static Entry),
    LookedUp(&'static Entry),
}

/// Nobody asks for names, so that they cost nothing.
#[cfg(not(any(
    feature = "tracing",
    feature = "metrics",
    feature = "central",
    feature = "testing"
)))]
impl Name {
    /// In the user's own words.
    #[must_use]
    pub const fn written(_: &'static str) -> Self {
        Self {}
    }

    /// The function in whose body `Item` is declared.
    #[must_use]
    pub const fn around<Item>() -> Self {
        Self {}
    }

    /// Who calls, by file and line.
    #[must_use]
    pub const fn line(_: &'static Location<'static>) -> Self {
        Self {}
    }
}

#[cfg(any(
    feature = "tracing",
    feature = "metrics",
    feature = "central",
    feature = "testing"
))]
impl Name {
    /// In the user's own words.
    #[must_use]
    pub const fn written(name: &'static str) -> Self {
        Self::from_source(NameSource::Written(name))
    }

    /// The function in whose body `Item` is declared.
    #[must_use]
    pub const fn around<Item>() -> Self {
        Self::from_source(NameSource::Inside(std::any::type_name::<Item>))
    }

    /// Who calls, by file and line.
    #[must_use]
    pub const fn line(caller: &'static Location<'static>) -> Self {
        Self::from_source(NameSource::Line(caller))
    }

    const fn from_source(source: NameSource) -> Self {
        Self {
            source,
            #[cfg(feature = "central")]
            entry: EntryOf::Nobody,
        }
    }

    pub(crate) fn find(self) -> Cow<'static, str> {
        match self.source {
            NameSource::Written(name) => name.into(),
            NameSource::Inside(item) => around(item()).into(),
            NameSource::Line(caller) => format!("{}:{}", caller.file(), caller.line()).into(),
        }
    }
}

#[cfg(feature = "central")]
impl Name {
    /// The same of an annotated function, which has a static of its own for the rules.
    #[must_use]
    pub const fn entered(self, entry: fn() -> &'static Entry) -> Self {
        Self {
            entry: EntryOf::Function(entry),
            ..self
        }
    }

    /// The same of another one, whose entry has been looked up.
    pub(crate) const fn looked_up(self, entry: &'static Entry) -> Self {
        Self {
            entry: EntryOf::LookedUp(entry),
            ..self
        }
    }

    /// The function's own static, where it is annotated.
    #[inline]
    pub(crate) fn entry(self) -> Option<&'static Entry> {
        match self.entry {
            EntryOf::Nobody => None,
            EntryOf::Function(entry) => Some(entry()),
            EntryOf::LookedUp(entry) => Some(entry),
        }
    }

    /// The line that makes the call, where that is the name.
    pub(crate) const fn call_line(self) -> Option<&'static Location<'static>> {
        match self.source {
            NameSource::Line(caller) => Some(caller),
            NameSource::Written(_) | NameSource::Inside(_) => None,
        }
    }
}

/// `app::Users::get::{{closure}}::__RETRY_SITE::Item` → `app::Users::get`. An item has
/// the path of the function, with `_` for its type parameters, so that a generic
/// function has one name.
#[cfg(any(
    feature = "tracing",
    feature = "metrics",
    feature = "central",
    feature = "testing"
))]
fn around(item: &'static str) -> &'static str {
    let path = item.rsplit_once("::").map_or(item, |(path, _)| path);
    let mut path = path.strip_suffix("::__RETRY_SITE").unwrap_or(path);
    while let Some(outside) = path.strip_suffix("::{{closure}}") {
        path = outside;
    }
    path
}

/// `Name::around` the function that it stands in; or `Name::written`, where there are
/// words for it. Without the features no item is declared, and no path is kept.
#[cfg(any(
    feature = "tracing",
    feature = "metrics",
    feature = "central",
    feature = "testing"
))]
#[doc(hidden)]
#[macro_export]
macro_rules! __name {
    () => {{
        enum Item {}
        $crate::__entered!($crate::macro_support::Name::around::<Item>())
    }};
    ($name:expr) => {
        $crate::__entered!($crate::macro_support::Name::written($name))
    };
}

/// A name with a static of the function for the central rules.
#[cfg(feature = "central")]
#[doc(hidden)]
#[macro_export]
macro_rules! __entered {
    ($name:expr) => {{
        fn entry() -> &'static $crate::macro_support::Entry {
            static ENTRY: $crate::macro_support::Entry = $crate::macro_support::Entry::new(
                $crate::macro_support::file!(),
                $crate::macro_support::line!(),
            );
            &ENTRY
        }
        $name.entered(entry)
    }};
}

/// Without the feature there is none.
#[cfg(all(
    any(feature = "tracing", feature = "metrics", feature = "testing"),
    not(feature = "central")
))]
#[doc(hidden)]
#[macro_export]
macro_rules! __entered {
    ($name:expr) => {
        $name
    };
}

/// `Name::around` the function that it stands in; or `Name::written`, where there are
/// words for it. Without the features no item is declared, and no path is kept.
#[cfg(not(any(
    feature = "tracing",
    feature = "metrics",
    feature = "central",
    feature = "testing"
)))]
#[doc(hidden)]
#[macro_export]
macro_rules! __name {
    ($($name:expr)?) => {
        $crate::macro_support::Name::written("")
    };
}

impl From<&Site> for Name {
    fn from(site: &Site) -> Self {
        site.name()
    }
}

/// To whom calls go.
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "without the features nobody is told of anybody")]
pub(crate) enum Target<'a> {
    Asked(&'a dyn Fn() -> String),
    Held(&'a str),
}

/// Whom an event is about.
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "without the features nobody is told of anybody")]
pub struct Subject<'a> {
    name: Name,
    /// What the attribute gives by an expression.
    given: Option<&'a dyn Fn() -> &'static str>,
    /// To whom the calls go, where the attribute says so.
    target: Option<Target<'a>>,
    /// The budget that is a static of the function.
    own_budget: Option<&'static Budget>,
}

impl<'a> Subject<'a> {
    pub(crate) const fn of(name: Name) -> Self {
        Self {
            name,
            given: None,
            target: None,
            own_budget: None,
        }
    }

    pub(crate) const fn given(self, given: &'a dyn Fn() -> &'static str) -> Self {
        Self {
            given: Some(given),
            ..self
        }
    }

    pub(crate) const fn to(self, target: Target<'a>) -> Self {
        Self {
            target: Some(target),
            ..self
        }
    }

    pub(crate) const fn with_own_budget(self, budget: &'static Budget) -> Self {
        Self {
            own_budget: Some(budget),
            ..self
        }
    }

    /// The same without what it borrows: an expression is evaluated now.
    pub(crate) fn fixed(self) -> Name {
        match self.given {
            Some(given) => {
                let name = Name::written(given());
                #[cfg(feature = "central")]
                let name = Name {
                    entry: self.name.entry,
                    ..name
                };
                name
            }
            None => self.name,
        }
    }

    /// What the function is called.
    #[cfg(any(feature = "tracing", feature = "metrics", feature = "testing"))]
    pub(crate) fn function(self) -> Cow<'static, str> {
        match self.given {
            Some(given) => given().into(),
            None => self.name.find(),
        }
    }

    /// To whom the call goes.
    #[cfg(any(feature = "tracing", feature = "metrics"))]
    pub(super) fn target(self) -> Option<Cow<'a, str>> {
        Some(match self.target? {
            Target::Asked(target) => target().into(),
            Target::Held(target) => target.into(),
        })
    }

    /// The name in the code.
    #[cfg(feature = "central")]
    pub(crate) const fn name(self) -> Name {
        self.name
    }

    /// The budget that is a static of the function, if there is one.
    pub(crate) const fn own_budget(self) -> Option<&'static Budget> {
        self.own_budget
    }
}

impl From<Name> for Subject<'_> {
    fn from(name: Name) -> Self {
        Self::of(name)
    }
}

impl Debug for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Debug::fmt(&self.name, f)
    }
}

#[cfg(all(
    test,
    any(feature = "tracing", feature = "metrics", feature = "testing")
))]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_the_item_and_the_function_is_left_out() {
        for item in [
            "app::Users::get::Item",
            "app::Users::get::__RETRY_SITE::Item",
            "app::Users::get::{{closure}}::__RETRY_SITE::Item",
            "app::Users::get::{{closure}}::{{closure}}::Item",
        ] {
            assert_eq!(around(item), "app::Users::get", "{item}");
        }
        let inner = "app::outer::{{closure}}::inner::Item";
        assert_eq!(around(inner), "app::outer::{{closure}}::inner");
        let of_a_trait = "<app::Users as app::Api>::get::{{closure}}::Item";
        assert_eq!(around(of_a_trait), "<app::Users as app::Api>::get");
    }

    #[test]
    fn a_line_is_a_file_and_a_number() {
        let here = Location::caller();
        let name = Name::line(here).find();
        assert!(
            name.ends_with(&format!("subject.rs:{}", here.line())),
            "{name}"
        );
    }

    #[test]
    fn what_is_given_goes_before_the_name() {
        let subject = Subject::of(Name::written("written"));
        assert_eq!(subject.function(), "written");
        assert_eq!(subject.given(&|| "given").function(), "given");
    }
}
