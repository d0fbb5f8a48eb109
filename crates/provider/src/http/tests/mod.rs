//! The client against a small vendor in the same process. Time is made up: a sleep ends at once and moves it on.

mod authorities;
mod directory_insights;
mod jumpcloud;
mod jumpcloud_types;
mod monosign;
mod pages;
mod probing;
mod reaching;
mod refusals;
mod retries;
mod system_log;
mod vendor;
