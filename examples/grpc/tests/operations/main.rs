//! The classes that `build/operations.rs` makes of a build of several packages.

#[path = "../../build/operations.rs"]
mod operations;

use std::collections::BTreeMap;

use operations::Operations;
use prost_build::{Config, Module, Service, ServiceGenerator};
use retry_runtime::{Operation, class};

/// What the example's own build has made of the same protos.
#[allow(
    missing_docs,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    reason = "generated"
)]
mod packages {
    pub mod common {
        pub mod v1 {
            include!(concat!(env!("OUT_DIR"), "/common.v1.rs"));
        }
    }
    pub mod shop {
        include!(concat!(env!("OUT_DIR"), "/shop.rs"));
        pub mod orders {
            pub mod v1 {
                include!(concat!(env!("OUT_DIR"), "/shop.orders.v1.rs"));
            }
        }
        pub mod users {
            pub mod v1 {
                include!(concat!(env!("OUT_DIR"), "/shop.users.v1.rs"));
            }
        }
    }
}

const PACKAGES: &[&str] = &["users.proto", "orders.proto", "shop.proto"];

/// As little of a service as prost-build can do with: it finalizes no module that
/// has no code.
struct Comment;

impl ServiceGenerator for Comment {
    fn generate(&mut self, _service: Service, buf: &mut String) {
        buf.push_str("// A service.\n");
    }
}

/// Module → its impls, `Safe for GetRequest`.
type Impls = BTreeMap<String, Vec<String>>;

fn impls(mut config: Config, protos: &[&str]) -> Impls {
    let descriptors = protox::compile(protos, ["tests/operations/proto"]).unwrap();
    let module = |package: &str| Module::from_protobuf_package_name(package);
    let files = descriptors.file.into_iter();
    let files = files.map(|file| (module(file.package()), file)).collect();
    let operations = Operations::beside(Box::new(Comment));
    let code = config
        .service_generator(Box::new(operations))
        .generate(files)
        .unwrap();
    code.iter()
        .map(|(module, code)| (module.to_string(), impls_in(code)))
        .filter(|(_, impls)| !impls.is_empty())
        .collect()
}

fn impls_in(code: &str) -> Vec<String> {
    code.split("impl ::retry_runtime::Operation for ")
        .skip(1)
        .map(|rest| {
            let (request, rest) = rest.split_once(" {").unwrap();
            let (_, rest) = rest.split_once("::retry_runtime::class::").unwrap();
            let (class, _) = rest.split_once(';').unwrap();
            format!("{class} for {request}")
        })
        .collect()
}

/// prost-build finalizes the packages in the order of a `HashMap`, which is
/// another one in each build.
#[test]
fn in_whatever_order_each_request_has_the_weakest_level_of_all_packages() {
    let expected: Impls = [
        ("shop", vec!["Safe for PingRequest"]),
        (
            "shop::orders::v1",
            vec![
                "Safe for GetRequest",
                "Safe for super::super::users::v1::search::ByAge",
            ],
        ),
        (
            "shop::users::v1",
            vec![
                "Idempotent for super::super::super::common::v1::Key",
                "Idempotent for RenameRequest",
                "Idempotent for search::ByName",
            ],
        ),
    ]
    .into_iter()
    .map(|(module, impls)| {
        let impls = impls.into_iter().map(str::to_owned);
        (module.to_owned(), impls.collect())
    })
    .collect();
    for _ in 0..20 {
        assert_eq!(impls(Config::new(), PACKAGES), expected);
    }
}

#[test]
fn types_from_elsewhere_have_no_impl() {
    let mut config = Config::new();
    config
        .extern_path(".common.v1", "::elsewhere")
        .extern_path(".shop.PingRequest", "crate::elsewhere::PingRequest");
    assert_eq!(impls(config, &["foreign.proto"]), Impls::new());
}

/// That the impls compile, each where it stands.
#[test]
fn requests_have_their_class() {
    use packages::common::v1::Key;
    use packages::shop::orders::v1 as orders;
    use packages::shop::users::v1 as users;

    fn has<O: Operation<Class = C>, C>() {}

    has::<packages::shop::PingRequest, class::Safe>();
    has::<orders::GetRequest, class::Safe>();
    has::<users::search::ByAge, class::Safe>();
    has::<users::search::ByName, class::Idempotent>();
    has::<users::RenameRequest, class::Idempotent>();
    has::<Key, class::Idempotent>();
}
