//! The `forenotice` program: everything is in the library, so that tests start the same application.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    Box::pin(forenotice::cli::run()).await
}
