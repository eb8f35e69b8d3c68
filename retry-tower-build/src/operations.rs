//! From a proto's `idempotency_level` to `retry_runtime::Operation`.
//!
//! `rpc Get(GetRequest)` with `NO_SIDE_EFFECTS` → in the package's module,
//! `impl Operation for GetRequest { type Class = class::Safe; }`

use std::collections::BTreeMap;

use prost_build::{Method, Module, Service};
use prost_types::method_options::IdempotencyLevel;

/// By the names of the messages in the protos, `.users.v1.GetRequest`.
#[derive(Default)]
pub(crate) struct Operations(BTreeMap<String, Request>);

struct Request {
    level: IdempotencyLevel,
    /// Where the impl is written.
    module: Module,
    /// What the type is called there: `GetRequest`, `search::ByName` if nested,
    /// `super::super::common::v1::Key` if from another package.
    path: String,
}

impl Operations {
    pub(crate) fn add(&mut self, service: &Service) {
        let module = Module::from_protobuf_package_name(&service.package);
        for method in &service.methods {
            self.add_method(&module, method);
        }
    }

    fn add_method(&mut self, module: &Module, method: &Method) {
        if is_foreign(method) {
            return;
        }
        let used = Request {
            level: method.options.idempotency_level(),
            module: module.clone(),
            path: method.input_type.clone(),
        };
        let known = self.0.entry(method.input_proto_type.clone());
        known.and_modify(|known| known.meet(&used)).or_insert(used);
    }

    /// The impls that stand in this module.
    pub(crate) fn write(&self, module: &Module, buf: &mut String) {
        for request in self.0.values().filter(|request| request.module == *module) {
            let class = match request.level {
                IdempotencyLevel::NoSideEffects => "Safe",
                IdempotencyLevel::Idempotent => "Idempotent",
                IdempotencyLevel::IdempotencyUnknown => continue,
            };
            buf.push_str(&operation(&request.path, class));
        }
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
