//! Functions that return a future without being `async`: the output of the future, from
//! the signature, and where the body makes it.

use super::control_flow;
use super::patterns::bound_names;
use proc_macro2::{Span, TokenStream};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{
    AngleBracketedGenericArguments, Block, Expr, ExprReturn, GenericArgument, Ident, PathArguments,
    ReturnType, Signature, Stmt, Type, TypeParamBound,
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

/// What a function ends in: its tail, or what its last statement returns.
pub(crate) fn tail(last: &mut Stmt) -> Option<&mut Expr> {
    match last {
        Stmt::Expr(Expr::Return(expr), _) => expr.expr.as_deref_mut(),
        Stmt::Expr(expr, None) => Some(expr),
        _ => None,
    }
}

/// Hands on each expression that another may end in, where that is an `if` or a `match`,
/// and puts what they return there in their place.
pub(crate) fn each_branch(expr: &mut Expr, then: &mut dyn FnMut(&mut Expr)) {
    match expr {
        Expr::If(expr) => {
            branch_of(&mut expr.then_branch, then);
            if let Some((_, other)) = &mut expr.else_branch {
                each_branch(other, then);
            }
        }
        Expr::Match(expr) => {
            let bodies = expr.arms.iter_mut().map(|arm| &mut arm.body);
            bodies.for_each(|body| each_branch(body, then));
        }
        Expr::Block(expr) => branch_of(&mut expr.block, then),
        Expr::Paren(expr) => each_branch(&mut expr.expr, then),
        Expr::Group(expr) => each_branch(&mut expr.expr, then),
        Expr::Return(ExprReturn {
            expr: Some(returned),
            ..
        }) => {
            then(returned);
            *expr = (**returned).clone();
        }
        other => then(other),
    }
}

fn branch_of(block: &mut Block, then: &mut dyn FnMut(&mut Expr)) {
    let Some(last) = block.stmts.last_mut() else {
        return;
    };
    if let Some(branch) = tail(last) {
        each_branch(branch, then);
        *last = Stmt::Expr(branch.clone(), None);
    }
}

/// The `async` block that an expression is, also in `Box::pin(..)` and before
/// `.boxed()`.
pub(crate) fn async_in(expr: &mut Expr) -> Option<&mut Block> {
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

/// Whether a function ends in an `async` block.
pub(crate) fn ends_in_async(body: &TokenStream) -> bool {
    let Ok(mut stmts) = Block::parse_within.parse2(body.clone()) else {
        return false;
    };
    let tail = stmts.last_mut().and_then(tail);
    tail.and_then(async_in).is_some()
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
    let mut stmts = Block::parse_within.parse2(body.clone()).ok()?;
    let (last, before) = stmts.split_last_mut()?;
    control_flow::leaves(before).or_else(|| {
        let tail = tail(last)?;
        each_branch(tail, &mut |_| ());
        control_flow::leaves(&[Stmt::Expr(tail.clone(), None)])
    })
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
