"""Pure rules of finance: what a bank's file says, what a line may prove, and what is safe to write into a sheet."""
