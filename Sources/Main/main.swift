import CLI

await Reorder.execute()
