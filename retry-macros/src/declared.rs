//! Parameters of declared operation types: checked by the compiler, through
//! methods that exist for declared types alone.

use crate::place::Place;
use crate::plan::RetryPlan;
use crate::returns;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::visit::{self, Visit};
use syn::{
    Attribute, FnArg, Ident, Pat, ReceiverKind, Signature, Type, TypeImplTrait, TypeParen,
    TypeReference,
};

/// The checks, as statements for the head of the function.
pub(crate) fn checks(sig: &Signature, plan: &RetryPlan) -> TokenStream {
    if plan.is_unsent() {
        return TokenStream::new();
    }
    let rt = &plan.rt;
    let key = key_of_the_caller(sig, plan);
    let checks: Vec<_> = sig
        .inputs
        .iter()
        .filter_map(|input| check(input, plan))
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
            Pat::Ident(pat) if Some(&pat.ident) == plan.key.as_ref() => Some(arg),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    match argument {
        Some(arg) if !has_impl(&arg.ty) => {
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

fn check(input: &FnArg, plan: &RetryPlan) -> Option<TokenStream> {
    let check = if plan.key.is_some() {
        "check_with_key"
    } else {
        "check"
    };
    let rt = &plan.rt;
    let (attrs, check) = match input {
        FnArg::Receiver(receiver) => {
            let is_lent = matches!(receiver.kind, ReceiverKind::Reference(..));
            let this = Ident::new("self", receiver.self_token.span);
            (&receiver.attrs, by_value(&this, is_lent, check, rt))
        }
        FnArg::Typed(arg) if is_undeclared(&arg.ty) => return None,
        FnArg::Typed(arg) if has_impl(&arg.ty) => {
            let Pat::Ident(pat) = &*arg.pat else {
                return None;
            };
            let is_lent = matches!(*arg.ty, Type::Reference(_));
            (&arg.attrs, by_value(&pat.ident, is_lent, check, rt))
        }
        FnArg::Typed(arg) => (&arg.attrs, by_type(&arg.ty, check, rt)),
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

/// What is lent is of the same class, and easier to read about.
fn by_type(ty: &Type, check: &str, rt: &TokenStream) -> TokenStream {
    let place = Place::of(ty);
    let mut ty = ty;
    // Around an argument of a path, parentheses would be unused.
    while let Type::Reference(TypeReference { elem, .. }) | Type::Paren(TypeParen { elem, .. }) = ty
    {
        ty = elem;
    }
    let check = Ident::new(check, place.last());
    let rt = place.runtime(rt);
    // The argument is what the compiler blames.
    let none = place.arguments(TokenStream::new());
    let new = quote_spanned!(place.first()=> #rt::Parameter::of_type #none);
    quote_spanned!(place.first()=> #rt::Parameter::<#ty>::#check(#new))
}

/// A type that cannot be named: its value can.
fn by_value(name: &Ident, is_lent: bool, check: &str, rt: &TokenStream) -> TokenStream {
    let place = Place::of(name);
    let rt = place.runtime(rt);
    let check = Ident::new(check, place.last());
    let deref = is_lent.then(|| quote_spanned!(place.first()=> *));
    quote_spanned!(place.first()=> #rt::Parameter::of(&#deref #name).#check())
}

/// Types that are never declared operations: their checks are left out, to
/// keep the expansion short.
fn is_undeclared(ty: &Type) -> bool {
    match ty {
        Type::Reference(ty) => is_undeclared(&ty.elem),
        _ => returns::is_plain(ty),
    }
}

fn has_impl(ty: &Type) -> bool {
    struct Find(bool);
    impl<'ast> Visit<'ast> for Find {
        fn visit_type_impl_trait(&mut self, ty: &'ast TypeImplTrait) {
            self.0 = true;
            visit::visit_type_impl_trait(self, ty);
        }
    }
    let mut find = Find(false);
    find.visit_type(ty);
    find.0
}
