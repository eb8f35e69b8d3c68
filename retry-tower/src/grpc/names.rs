//! Names for logs and metrics, which want them for ever.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

/// Names come from whoever sends requests: memory is bounded, and what is beyond is
/// called `other`, as in gRPC A66.
const MOST: usize = 10_000;

/// The same text, kept once for ever.
pub(super) fn interned(name: &str) -> &'static str {
    static NAMES: RwLock<Option<HashSet<&'static str>>> = RwLock::new(None);
    let names = NAMES.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.as_ref().and_then(|names| names.get(name)) {
        return known;
    }
    drop(names);
    let mut names = NAMES.write().unwrap_or_else(PoisonError::into_inner);
    let names = names.get_or_insert_default();
    if let Some(known) = names.get(name) {
        return known;
    }
    if names.len() >= MOST {
        return "other";
    }
    let name = Box::leak(Box::<str>::from(name));
    names.insert(name);
    name
}

/// `/users.v1.Users/Get` → `users.v1.Users`, `Get`; what a path has before that, of a
/// proxy for instance, is left out.
pub(super) fn parts(path: &str) -> Option<(&str, &str)> {
    let (before, method) = path.rsplit_once('/')?;
    let service = before
        .rsplit_once('/')
        .map_or(before, |(_, service)| service);
    Some((service, method))
}

/// `/users.v1.Users/Get` → `users.v1.Users/Get`
pub(super) fn full(path: &str) -> &str {
    let short = parts(path).map(|(service, method)| service.len() + 1 + method.len());
    let from = short.map_or(0, |short| path.len() - short);
    path.get(from..).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_service_and_a_method() {
        assert_eq!(
            parts("/users.v1.Users/Get"),
            Some(("users.v1.Users", "Get"))
        );
        assert_eq!(
            parts("/proxy/users.v1.Users/Get"),
            Some(("users.v1.Users", "Get"))
        );
        assert_eq!(parts("/Get"), Some(("", "Get")));
        assert_eq!(parts("Get"), None);
        assert_eq!(full("/users.v1.Users/Get"), "users.v1.Users/Get");
        assert_eq!(full("/proxy/users.v1.Users/Get"), "users.v1.Users/Get");
        assert_eq!(full("Get"), "Get");
        assert_eq!(full(""), "");
    }

    #[test]
    fn a_name_is_kept_once() {
        let name = interned("users.v1.Users/Get");
        assert!(std::ptr::eq(
            name,
            interned(&String::from("users.v1.Users/Get"))
        ));
    }
}
