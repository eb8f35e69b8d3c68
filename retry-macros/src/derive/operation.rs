//! `#[derive(Operation)]`: the class of a type, from `#[operation(..)]`.

use crate::syntax::errors::{Errors, with_errors};
use crate::syntax::runtime_path::{Home, RuntimePath};
use crate::syntax::tokens::code;
use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Data, DeriveInput, Ident, Meta, Path, Token};

/// The classes, from the strongest to the weakest.
const CLASSES: &[(&str, &str)] = &[
    ("safe", "Safe"),
    ("idempotent", "Idempotent"),
    ("keyed", "Keyed"),
    ("non_idempotent", "NonIdempotent"),
];

const FORM: &str = "write `#[operation(safe)]`, `#[operation(idempotent)]`, `#[operation(keyed)]` or `#[operation(non_idempotent)]`";

/// What the attributes of a type or of a variant say.
#[derive(Default)]
struct Declaration {
    /// The index in [`CLASSES`].
    class: Option<usize>,
    crate_path: Option<Path>,
}

pub(crate) fn derive(item: TokenStream, home: Home) -> TokenStream {
    let mut errors = Errors::default();
    let implementation = match syn::parse2::<DeriveInput>(item) {
        Ok(input) => implement(&input, home, &mut errors),
        Err(error) => {
            errors.push(error);
            TokenStream::new()
        }
    };
    with_errors(implementation, errors)
}

fn implement(input: &DeriveInput, home: Home, errors: &mut Errors) -> TokenStream {
    let of_type = declaration(&input.attrs, errors);
    refuse_fields(&input.data, errors);
    let class = match (of_type.class, &input.data) {
        (Some(class), data) => {
            refuse_variants(data, errors);
            Some(class)
        }
        (None, Data::Enum(data)) if !data.variants.is_empty() => weakest(data, errors),
        (None, _) => {
            if errors.is_empty() {
                errors.at(
                    input.ident.span(),
                    format!(
                        "what happens when a `{}` is executed twice? {FORM}",
                        input.ident
                    ),
                );
            }
            None
        }
    };
    // Where something is wrong with the class, the trait is implemented all the same, with
    // any class: rustc would report a missing trait at every use.
    let class = class.filter(|_| errors.is_empty()).unwrap_or_default();
    let class = Ident::new(CLASSES[class].1, Span::mixed_site());
    let name = &input.ident;
    let (generics, arguments, conditions) = input.generics.split_for_impl();
    let rt = RuntimePath::new(home, of_type.crate_path.as_ref());
    code! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #generics #rt::Operation for #name #arguments #conditions {
            type Class = #rt::class::#class;
        }
    }
}

/// Refuses a class on a field.
fn refuse_fields(data: &Data, errors: &mut Errors) {
    let fields: Vec<_> = match data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data
            .variants
            .iter()
            .flat_map(|variant| &variant.fields)
            .collect(),
        Data::Union(data) => data.fields.named.iter().collect(),
    };
    for attr in fields.iter().flat_map(|field| &field.attrs) {
        if attr.path().is_ident("operation") {
            errors.on(
                attr,
                "a field has no class: declare the whole type, or the variants of an enum",
            );
        }
    }
}

/// Refuses classes on variants, where the type has one.
fn refuse_variants(data: &Data, errors: &mut Errors) {
    let Data::Enum(data) = data else { return };
    for variant in &data.variants {
        for attr in variant
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("operation"))
        {
            errors.on(
                attr,
                "the enum has a class already: drop this one, or drop the enum's and declare every variant",
            );
        }
    }
}

/// An enum's class is the weakest of its variants', each of which has one.
fn weakest(data: &syn::DataEnum, errors: &mut Errors) -> Option<usize> {
    let mut weakest = None;
    for variant in &data.variants {
        let declaration = declaration(&variant.attrs, errors);
        if let Some(path) = &declaration.crate_path {
            errors.on(
                path,
                "`crate` is said once, on the enum: `#[operation(crate = ..)]`",
            );
        }
        if declaration.class.is_none() && errors.is_empty() {
            errors.at(
                variant.ident.span(),
                format!("what happens when `{}` is executed twice? {FORM}, on every variant or once on the enum", variant.ident),
            );
        }
        weakest = weakest.max(declaration.class);
    }
    weakest
}

fn declaration(attrs: &[Attribute], errors: &mut Errors) -> Declaration {
    let mut declaration = Declaration::default();
    for attr in attrs
        .iter()
        .filter(|attr| attr.path().is_ident("operation"))
    {
        let Meta::List(list) = &attr.meta else {
            errors.on(attr, format!("a class is missing: {FORM}"));
            continue;
        };
        if list.tokens.is_empty() {
            errors.on(attr, format!("a class is missing: {FORM}"));
        }
        let read = |input: ParseStream| read(input, &mut declaration);
        let result = read.parse2(list.tokens.clone());
        errors.take(result);
    }
    declaration
}

/// `safe`, or `safe, crate = path`.
fn read(input: ParseStream, declaration: &mut Declaration) -> syn::Result<()> {
    while !input.is_empty() {
        let word = input.call(Ident::parse_any).map_err(|error| {
            syn::Error::new(error.span(), format!("a class is a bare word: {FORM}"))
        })?;
        if word == "crate" {
            input.parse::<Token![=]>()?;
            declaration.crate_path = Some(input.call(Path::parse_mod_style)?);
        } else {
            let class = CLASSES.iter().position(|(name, _)| word == name);
            let Some(class) = class else {
                return Err(syn::Error::new(
                    word.span(),
                    format!("there is no class `{word}`: {FORM}"),
                ));
            };
            if declaration.class.replace(class).is_some() {
                return Err(syn::Error::new(
                    word.span(),
                    "an operation has one class: keep the one that is true whenever it is executed",
                ));
            }
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}
