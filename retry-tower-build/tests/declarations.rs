//! The classes and tables that are made of a build of several packages. That they compile
//! is seen in `tests/grpc`, which includes them.

use std::collections::BTreeMap;

use prost_build::{Config, Module, Service, ServiceGenerator};
use retry_tower_build::Declarations;

const PACKAGES: &[&str] = &["users.proto", "orders.proto", "shop.proto"];

/// As little of a service as prost-build can do with: it finalizes no module that
/// has no code.
struct Comment;

impl ServiceGenerator for Comment {
    fn generate(&mut self, _service: Service, buf: &mut String) {
        buf.push_str("// A service.\n");
    }
}

/// Module → what is in it.
type Modules = BTreeMap<String, Vec<String>>;

fn code(mut config: Config, protos: &[&str], declarations: Declarations) -> Vec<(Module, String)> {
    let descriptors = protox::compile(protos, ["tests/proto"]).unwrap();
    let module = |package: &str| Module::from_protobuf_package_name(package);
    let files = descriptors.file.into_iter();
    let files = files.map(|file| (module(file.package()), file)).collect();
    let code = config
        .service_generator(Box::new(declarations))
        .generate(files)
        .unwrap();
    code.into_iter().collect()
}

fn declared(config: Config, protos: &[&str], read: fn(&str) -> Vec<String>) -> Modules {
    code(config, protos, Declarations::beside(Box::new(Comment)))
        .iter()
        .map(|(module, code)| (module.to_string(), read(code)))
        .filter(|(_, declared)| !declared.is_empty())
        .collect()
}

/// `Safe for GetRequest`
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
    let expected: Modules = [
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
        assert_eq!(declared(Config::new(), PACKAGES, impls_in), expected);
    }
}

#[test]
fn types_from_elsewhere_have_no_impl() {
    let mut config = Config::new();
    config
        .extern_path(".common.v1", "::elsewhere")
        .extern_path(".shop.PingRequest", "crate::elsewhere::PingRequest");
    assert_eq!(
        declared(config, &["foreign.proto"], impls_in),
        Modules::new()
    );
}

/// `Safe shop.Shop/Ping`
fn methods_in(code: &str) -> Vec<String> {
    code.split("::retry_tower::grpc::Method::new(")
        .skip(1)
        .map(|rest| {
            let (_, rest) = rest.split_once('"').unwrap();
            let (name, rest) = rest.split_once('"').unwrap();
            let (_, rest) = rest.split_once("::Idempotency::").unwrap();
            let (level, _) = rest.split_once([',', ')']).unwrap();
            format!("{level} {name}")
        })
        .collect()
}

#[test]
fn each_method_has_its_own_level_in_the_table_of_its_package() {
    let tables = declared(Config::new(), PACKAGES, methods_in);
    assert_eq!(tables["shop"], ["Safe shop.Shop/Ping"]);
    assert_eq!(
        tables["shop::orders::v1"],
        [
            "Undeclared shop.orders.v1.Orders/Charge",
            "Idempotent shop.orders.v1.Orders/Merge",
            "Safe shop.orders.v1.Orders/Eldest",
            "Safe shop.orders.v1.Orders/Peek",
            "Safe shop.orders.v1.Orders/Get",
            "Undeclared shop.orders.v1.Orders/Leave",
        ]
    );
}

#[test]
fn what_there_is_no_use_for_is_left_out() {
    let beside = || Declarations::beside(Box::new(Comment));
    let text = |declarations| -> String {
        let code = code(Config::new(), PACKAGES, declarations);
        code.into_iter().map(|(_, code)| code).collect()
    };
    let operations = text(beside().without_methods());
    assert!(!operations.contains("retry_tower") && operations.contains("retry_runtime"));
    let methods = text(beside().without_operations());
    assert!(methods.contains("retry_tower") && !methods.contains("retry_runtime"));
}
