"""Pull requests at GitHub, GitLab, Bitbucket Cloud and CodeCommit."""
