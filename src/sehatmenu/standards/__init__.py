"""What is required: rules of dated, cited standards, the rows they turn into, and verdicts on what is served."""
