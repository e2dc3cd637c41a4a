"""Forms that change careers: hiring, changing jobs, leaving, coming back; each is reviewed before it is saved."""
