"""What a draft fence or rule would have changed: judged before and after, nothing written."""
