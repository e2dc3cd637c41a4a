"""The people team's desk: hiring, changing jobs, leaving, coming back; each change is reviewed before it is saved."""
