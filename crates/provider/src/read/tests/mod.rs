mod documented;
mod mistakes;
mod shipped;
