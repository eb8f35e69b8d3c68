//! From a proto's `idempotency_level` to `retry_runtime::Operation`. Copy this
//! file into your own build.
//!
//! | proto | class |
//! | --- | --- |
//! | `option idempotency_level = NO_SIDE_EFFECTS;` | `Safe` |
//! | `option idempotency_level = IDEMPOTENT;` | `Idempotent` |
//! | no option | none: the request stays undeclared |
//!
//! `rpc Get(GetRequest)` with `NO_SIDE_EFFECTS` → in the package's module,
//! `impl Operation for GetRequest { type Class = class::Safe; }`
//!
//! A message that several services of the package take has the weakest of their
//! levels; one that comes from another package, or a well-known type, has none.

use std::collections::BTreeMap;

use prost_build::{Method, Service, ServiceGenerator};
use prost_types::method_options::IdempotencyLevel;

/// Writes the impls beside the code of another generator, tonic's for instance.
pub(crate) struct Operations {
    services: Box<dyn ServiceGenerator>,
    /// Of the current package's request types.
    levels: BTreeMap<String, IdempotencyLevel>,
}

impl Operations {
    pub(crate) fn beside(services: Box<dyn ServiceGenerator>) -> Self {
        Self {
            services,
            levels: BTreeMap::new(),
        }
    }

    fn add(&mut self, method: &Method) {
        let request = &method.input_type;
        // `()`, `::prost_types::Any`, `super::other::Request`: not this package's own.
        let is_own = !request.starts_with(['(', ':']) && !request.starts_with("super::");
        if is_own {
            let level = method.options.idempotency_level();
            self.levels
                .entry(request.clone())
                .and_modify(|known| *known = weaker(*known, level))
                .or_insert(level);
        }
    }
}

impl ServiceGenerator for Operations {
    fn generate(&mut self, service: Service, buf: &mut String) {
        for method in &service.methods {
            self.add(method);
        }
        self.services.generate(service, buf);
    }

    fn finalize(&mut self, buf: &mut String) {
        self.services.finalize(buf);
    }

    fn finalize_package(&mut self, package: &str, buf: &mut String) {
        self.services.finalize_package(package, buf);
        for (request, level) in std::mem::take(&mut self.levels) {
            let class = match level {
                IdempotencyLevel::NoSideEffects => "Safe",
                IdempotencyLevel::Idempotent => "Idempotent",
                IdempotencyLevel::IdempotencyUnknown => continue,
            };
            buf.push_str(&operation(&request, class));
        }
    }
}

fn weaker(one: IdempotencyLevel, other: IdempotencyLevel) -> IdempotencyLevel {
    use IdempotencyLevel::{IdempotencyUnknown, Idempotent, NoSideEffects};
    match (one, other) {
        (IdempotencyUnknown, _) | (_, IdempotencyUnknown) => IdempotencyUnknown,
        (Idempotent, _) | (_, Idempotent) => Idempotent,
        (NoSideEffects, NoSideEffects) => NoSideEffects,
    }
}

fn operation(request: &str, class: &str) -> String {
    format!(
        "impl ::retry_runtime::Operation for {request} {{\n    \
             type Class = ::retry_runtime::class::{class};\n\
         }}\n"
    )
}
