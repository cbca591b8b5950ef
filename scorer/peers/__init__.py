"""What do others look at, and how far does it get on the same pages?

Each module measures or learns what a family of tools does, written anew from its definitions, so that `scorer.baseline` can
set them beside the page model on the same rows and folds. Nothing here takes part in scoring a page.
"""
