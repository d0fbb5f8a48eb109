mod audit;
mod documented;
mod mistakes;
mod mistakes_of_providers;
mod shipped;
mod webhooks;
