def ratios(results):
    return ""
