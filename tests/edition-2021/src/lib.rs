//! Nothing: the tests of this package are those of the workspace, in the
//! edition before.
