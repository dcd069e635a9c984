print("podium-proxy")
