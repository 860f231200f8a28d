"""What to serve: demand and UMKM offers become a mixed-integer program, and its answer a plan or a named conflict."""
