//! What programs do: publish, read and listen with a token, over HTTP and by the command line.

mod command_line;
mod described;
mod description;
mod following_up;
mod listening;
mod posts;
mod tokens;
