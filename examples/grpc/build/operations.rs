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
//! A message that several methods take has the weakest of their levels, over all
//! services of all packages that are compiled together. Compile all methods that
//! take a message together: those of another build do not weaken it.
//!
//! No class is written for a type that the build does not make: a well-known
//! type (`google.protobuf.Empty`), or one of an `extern_path`.

use std::collections::BTreeMap;

use prost_build::{Method, Module, Service, ServiceGenerator};
use prost_types::method_options::IdempotencyLevel;

/// Writes the impls beside the code of another generator, tonic's for instance.
pub(crate) struct Operations {
    services: Box<dyn ServiceGenerator>,
    /// By their names in the protos, `.users.v1.GetRequest`.
    requests: BTreeMap<String, Request>,
}

struct Request {
    level: IdempotencyLevel,
    /// Where the impl is written.
    module: Module,
    /// What the type is called there: `GetRequest`, `search::ByName` if nested,
    /// `super::super::common::v1::Key` if from another package.
    path: String,
}

impl Operations {
    pub(crate) fn beside(services: Box<dyn ServiceGenerator>) -> Self {
        Self {
            services,
            requests: BTreeMap::new(),
        }
    }

    fn add(&mut self, module: &Module, method: &Method) {
        if is_foreign(method) {
            return;
        }
        let used = Request {
            level: method.options.idempotency_level(),
            module: module.clone(),
            path: method.input_type.clone(),
        };
        let known = self.requests.entry(method.input_proto_type.clone());
        known.and_modify(|known| known.meet(&used)).or_insert(used);
    }
}

impl Request {
    /// Adds another method that takes the same message.
    fn meet(&mut self, other: &Self) {
        self.level = weaker(self.level, other.level);
        // The shorter the path, the nearer the type. Its own module may have no
        // service, and prost-build finalizes only modules that have one: any
        // module that takes the message will do.
        if other.path.len() < self.path.len() {
            self.module = other.module.clone();
            self.path.clone_from(&other.path);
        }
    }
}

impl ServiceGenerator for Operations {
    fn generate(&mut self, service: Service, buf: &mut String) {
        let module = Module::from_protobuf_package_name(&service.package);
        for method in &service.methods {
            self.add(&module, method);
        }
        self.services.generate(service, buf);
    }

    fn finalize(&mut self, buf: &mut String) {
        self.services.finalize(buf);
    }

    /// prost-build calls this after the last `generate` of the whole build, so
    /// that all methods are known, and in no particular order of the packages.
    fn finalize_package(&mut self, package: &str, buf: &mut String) {
        self.services.finalize_package(package, buf);
        let module = Module::from_protobuf_package_name(package);
        let here = |known: &&Request| known.module == module;
        for request in self.requests.values().filter(here) {
            let class = match request.level {
                IdempotencyLevel::NoSideEffects => "Safe",
                IdempotencyLevel::Idempotent => "Idempotent",
                IdempotencyLevel::IdempotencyUnknown => continue,
            };
            buf.push_str(&operation(&request.path, class));
        }
    }
}

/// Whether the type comes from elsewhere. A type of another crate cannot be given
/// an impl here, and `crate::` leads to one that another build has made. An
/// `extern_path` has to begin with one of the two, as tonic demands too.
fn is_foreign(method: &Method) -> bool {
    let path = &method.input_type;
    // prost-build makes `()` and `bool` of some well-known types.
    let is_well_known = method.input_proto_type.starts_with(".google.protobuf.");
    is_well_known || path.starts_with("::") || path.starts_with("crate::")
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
