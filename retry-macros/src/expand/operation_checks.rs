//! Parameters of declared operation types: checked by the compiler, through
//! methods that exist for declared types alone.

use crate::plan::RetryPlan;
use crate::syntax::signature;
use crate::syntax::span_range::Place;
use crate::syntax::tokens::{self, code};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::{
    Attribute, FnArg, Ident, Pat, PatType, ReceiverKind, Signature, Type, TypeParen, TypeReference,
};

/// The checks, as statements for the head of the function.
pub(crate) fn checks(sig: &Signature, body: &TokenStream, plan: &RetryPlan) -> TokenStream {
    if plan.is_unsent() {
        return TokenStream::new();
    }
    let rt = &plan.rt;
    let key = key_of_the_caller(sig, plan);
    let checks: Vec<_> = sig
        .inputs
        .iter()
        .flat_map(|input| checks_of(input, body, plan))
        .collect();
    match &plan.strict {
        Some(strict) => {
            let span = strict.resolved_at(Span::mixed_site());
            let list = checks.iter().rev().fold(
                quote_spanned!(span=> ()),
                |rest, check| quote_spanned!(span=> (#check, #rest)),
            );
            let ask = quote_spanned!(span=> #rt::strict(#list));
            code!({ #key #[allow(unused_imports)] use #rt::Undeclared as _; #ask; })
        }
        None if checks.is_empty() => key,
        None => code!({ #key #[allow(unused_imports)] use #rt::Undeclared as _; #(#checks;)* }),
    }
}

/// An argument that `key` names is a key: anything else may be another one in
/// every call.
fn key_of_the_caller(sig: &Signature, plan: &RetryPlan) -> TokenStream {
    let rt = &plan.rt;
    let argument = sig.inputs.iter().find_map(|input| match input {
        FnArg::Typed(arg) => match &*arg.pat {
            Pat::Ident(pat)
                if plan
                    .key
                    .as_ref()
                    .is_some_and(|key| pat.ident.unraw() == key.unraw()) =>
            {
                Some(arg)
            }
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    match argument {
        Some(arg) if !signature::has_impl(&arg.ty) => {
            let (ty, place) = (&arg.ty, Place::of(&arg.ty));
            let (from, call) = (
                place.runtime(rt),
                Ident::new("key_of_the_caller", place.last()),
            );
            let call = quote_spanned!(place.first()=> #from::#call::<#ty>());
            let call = where_present(&arg.attrs, call, rt);
            code!(#call;)
        }
        _ => TokenStream::new(),
    }
}

/// The checks of an argument: a tuple is checked part by part, since it has no
/// class of its own.
fn checks_of(input: &FnArg, body: &TokenStream, plan: &RetryPlan) -> Vec<TokenStream> {
    let tuple = match input {
        FnArg::Typed(arg) => match owned(&arg.ty).0 {
            Type::Tuple(tuple) => Some((&arg.attrs, tuple)),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    };
    let Some((attrs, tuple)) = tuple else {
        return check(input, body, plan).into_iter().collect();
    };
    let parts = tuple
        .elems
        .iter()
        .filter(|part| !is_undeclared(part) && !signature::has_impl(part));
    parts
        .map(|part| where_present(attrs, by_type(part, check_name(plan), &plan.rt), &plan.rt))
        .collect()
}

fn check_name(plan: &RetryPlan) -> &'static str {
    if plan.key.is_some() {
        "check_with_key"
    } else {
        "check"
    }
}

fn check(input: &FnArg, body: &TokenStream, plan: &RetryPlan) -> Option<TokenStream> {
    let (check, rt) = (check_name(plan), &plan.rt);
    let (attrs, check) = match input {
        FnArg::Receiver(receiver) => {
            let is_lent = matches!(receiver.kind, ReceiverKind::Reference(..));
            let this = Ident::new("self", receiver.self_token.span);
            let value = Value::of(&this, usize::from(is_lent));
            (&receiver.attrs, by_value(&value, check, rt))
        }
        FnArg::Typed(arg) if is_undeclared(&arg.ty) => return None,
        FnArg::Typed(arg) if signature::has_impl(&arg.ty) => {
            let Pat::Ident(pat) = &*arg.pat else {
                return None;
            };
            let is_lent = matches!(*arg.ty, Type::Reference(_));
            let value = Value::of(&pat.ident, usize::from(is_lent));
            (&arg.attrs, by_value(&value, check, rt))
        }
        FnArg::Typed(arg) => match Value::of_simple(arg, body) {
            Some(value) => (&arg.attrs, by_value(&value, check, rt)),
            None => (&arg.attrs, by_type(&arg.ty, check, rt)),
        },
    };
    Some(where_present(attrs, check, rt))
}

/// The check of a parameter that `#[cfg(..)]` may leave out, its type too.
fn where_present(attrs: &[Attribute], check: TokenStream, rt: &TokenStream) -> TokenStream {
    let conditions: Vec<_> = attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .filter_map(|attr| attr.meta.require_list().ok())
        .map(|list| &list.tokens)
        .collect();
    if conditions.is_empty() {
        return check;
    }
    code!(match () {
        #[cfg(all(#(#conditions),*))]
        () => #check,
        #[cfg(not(all(#(#conditions),*)))]
        () => #rt::NotDeclared,
    })
}

/// What is lent is of the same class, and easier to read about. Around an argument
/// of a path, parentheses would be unused.
fn owned(ty: &Type) -> (&Type, usize) {
    match ty {
        Type::Reference(TypeReference { elem, .. }) => {
            let (ty, lent) = owned(elem);
            (ty, lent + 1)
        }
        Type::Paren(TypeParen { elem, .. }) => owned(elem),
        _ => (ty, 0),
    }
}

fn by_type(ty: &Type, check: &str, rt: &TokenStream) -> TokenStream {
    let place = Place::of(ty);
    let (ty, _) = owned(ty);
    let check = Ident::new(check, place.last());
    let rt = place.runtime(rt);
    // The argument is what the compiler blames.
    let none = place.arguments(TokenStream::new());
    let new = quote_spanned!(place.first()=> #rt::Parameter::of_type #none);
    quote_spanned!(place.first()=> #rt::Parameter::<#ty>::#check(#new))
}

/// An argument that stands for its type.
struct Value<'a> {
    name: &'a Ident,
    /// How many references there are around it.
    lent: usize,
    /// What is to blame.
    place: Place,
}

impl<'a> Value<'a> {
    fn of(name: &'a Ident, lent: usize) -> Self {
        let place = Place::of(name);
        Self { name, lent, place }
    }

    /// Of a type with a name of one word: where that is misspelt, rustc would say
    /// so once more of a second one. An argument that is not used keeps its lint.
    fn of_simple(arg: &'a PatType, body: &TokenStream) -> Option<Self> {
        let (Pat::Ident(pat), (Type::Path(ty), lent)) = (&*arg.pat, owned(&arg.ty)) else {
            return None;
        };
        let is_plain = pat.by_ref.is_none() && pat.subpat.is_none();
        let is_used = || tokens::mentions(body.clone(), &pat.ident);
        ty.path.get_ident().filter(|_| is_plain && is_used())?;
        Some(Self {
            name: &pat.ident,
            lent,
            place: Place::of(&arg.ty),
        })
    }
}

/// A type that cannot be named, or not again: its value can.
fn by_value(value: &Value<'_>, check: &str, rt: &TokenStream) -> TokenStream {
    let (name, place) = (value.name, value.place);
    let rt = place.runtime(rt);
    let check = Ident::new(check, place.last());
    let deref = (0..value.lent).map(|_| quote_spanned!(place.first()=> *));
    // From the first token to the last is what the compiler blames.
    let value = place.arguments(quote_spanned!(place.first()=> &#(#deref)* #name));
    quote_spanned!(place.first()=> #rt::Parameter::of #value.#check())
}

/// Types that are never declared operations: their checks are left out, to
/// keep the expansion short.
fn is_undeclared(ty: &Type) -> bool {
    match ty {
        Type::Reference(ty) => is_undeclared(&ty.elem),
        _ => signature::is_plain(ty),
    }
}
