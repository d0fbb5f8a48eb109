mod audit;
mod documented;
mod mistakes;
mod shipped;
