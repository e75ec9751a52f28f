"""Pure rules of finance: what a bank's file says, and what a line may prove."""
