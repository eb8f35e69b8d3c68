//! Functions that return a future without being `async`: the output of the future, from
//! the signature, and where the body makes it.

use super::control_flow;
use super::signature::bound_names;
use proc_macro2::{Span, TokenStream};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{
    AngleBracketedGenericArguments, Block, Expr, GenericArgument, Ident, PathArguments, ReturnType,
    Signature, Stmt, Type, TypeParamBound,
};

/// The future that a function which is not `async` returns.
pub(crate) struct ReturnedFuture {
    pub(crate) output: Type,
    /// Whether it comes in a box.
    pub(crate) boxed: bool,
}

/// Reads `impl Future<Output = T>`, `Pin<Box<dyn Future<Output = T>>>`,
/// `BoxFuture<'_, T>` and `LocalBoxFuture<'_, T>`.
pub(crate) fn returned_future(sig: &Signature) -> Option<ReturnedFuture> {
    let ReturnType::Type(_, ty) = &sig.output else {
        return None;
    };
    future_of(ty)
}

fn future_of(ty: &Type) -> Option<ReturnedFuture> {
    match ty {
        Type::ImplTrait(ty) => output_of(&ty.bounds).map(|output| ReturnedFuture {
            output,
            boxed: false,
        }),
        Type::Paren(ty) => future_of(&ty.elem),
        Type::Group(ty) => future_of(&ty.elem),
        Type::Path(ty) => {
            let last = ty.path.segments.last()?;
            let mut types = type_arguments(&last.arguments);
            match last.ident.to_string().as_str() {
                "BoxFuture" | "LocalBoxFuture" => types.next().map(|output| ReturnedFuture {
                    output: output.clone(),
                    boxed: true,
                }),
                "Pin" => boxed_future(types.next()?),
                _ => None,
            }
        }
        _ => None,
    }
}

fn boxed_future(ty: &Type) -> Option<ReturnedFuture> {
    let Type::Path(ty) = ty else { return None };
    let last = ty.path.segments.last().filter(|last| last.ident == "Box")?;
    match type_arguments(&last.arguments).next()? {
        Type::TraitObject(ty) => output_of(&ty.bounds).map(|output| ReturnedFuture {
            output,
            boxed: true,
        }),
        _ => None,
    }
}

fn type_arguments(arguments: &PathArguments) -> impl Iterator<Item = &Type> {
    let list = match arguments {
        PathArguments::AngleBracketed(AngleBracketedGenericArguments { args, .. }) => Some(args),
        _ => None,
    };
    list.into_iter()
        .flatten()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
}

/// `T` of the bound `Future<Output = T>`.
fn output_of(bounds: &Punctuated<TypeParamBound, syn::Token![+]>) -> Option<Type> {
    bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else {
            return None;
        };
        let last = bound
            .path
            .segments
            .last()
            .filter(|last| last.ident == "Future")?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else {
            return None;
        };
        arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(assoc) if assoc.ident == "Output" => Some(assoc.ty.clone()),
            _ => None,
        })
    })
}

/// The `async` block that a function ends in, also in `Box::pin(..)` and
/// before `.boxed()`.
pub(crate) fn tail_async(tail: &mut Stmt) -> Option<&mut Block> {
    match tail {
        Stmt::Expr(expr, None) => async_in(expr),
        _ => None,
    }
}

fn async_in(expr: &mut Expr) -> Option<&mut Block> {
    match expr {
        Expr::Async(expr) => Some(&mut expr.block),
        Expr::Paren(expr) => async_in(&mut expr.expr),
        Expr::Group(expr) => async_in(&mut expr.expr),
        Expr::Cast(expr) => async_in(&mut expr.expr),
        Expr::MethodCall(call)
            if ["boxed", "boxed_local"]
                .iter()
                .any(|name| call.method == name) =>
        {
            async_in(&mut call.receiver)
        }
        Expr::Call(call) if call.args.len() == 1 && is_pin(&call.func) => {
            async_in(call.args.first_mut()?)
        }
        _ => None,
    }
}

/// `Box::pin`, under whatever path.
fn is_pin(func: &Expr) -> bool {
    match func {
        Expr::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "pin"),
        _ => false,
    }
}

/// The statement by which a function can return before it makes its future.
pub(crate) fn early_return(body: &TokenStream) -> Option<Span> {
    let stmts = Block::parse_within.parse2(body.clone()).ok()?;
    control_flow::leaves(stmts.split_last()?.1)
}

/// The names that are bound before the future.
pub(crate) fn names_before(body: &TokenStream) -> Vec<Ident> {
    let Ok(stmts) = Block::parse_within.parse2(body.clone()) else {
        return Vec::new();
    };
    let names = stmts.iter().filter_map(|stmt| match stmt {
        Stmt::Local(local) => Some(bound_names(&local.pat)),
        _ => None,
    });
    names.flatten().collect()
}
